"""
A small drawing of an entity and those it is related to, as shapes for an SVG. Pure.

The same relations twice: wide for a desk, tall for a phone; the style sheet shows one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, zip_longest

from portal.page import entity_url
from portal.words import relation_words, short_ref

Related = tuple[str, str]  # (relation type, target ref)

# What stands above an entity is drawn on its left, all else on its right.
LEFT = frozenset({"ownedBy", "partOf", "childOf", "memberOf", "apiProvidedBy", "dependencyOf", "apiConsumedBy"})
MAX_ON_A_SIDE = 7
NODE_HEIGHT = 30
WIDE_NODE, WIDE_GAP, WIDE_STEP = 188, 98, 46
TALL_WIDTH, TALL_INDENT, TALL_STEP = 340, 26, 54
CHARACTER_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Node:
    x: int
    y: int
    width: int
    label: str
    url: str = ""
    is_center: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A line, and what stands beside it: from ``x`` on, or (``anchor`` is "end") up to there."""

    path: str
    label: str
    x: int
    y: int
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    shape: str
    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]


@dataclass(frozen=True, slots=True)
class Graph:
    """``left_out`` is how many relations there was no room for."""

    drawings: list[Drawing]
    left_out: int


def draw_graph(entity_ref: str, relations: Sequence[Related]) -> Graph | None:
    """None if there is nothing to draw. Never more than 14 relations, of as many types as there are."""
    if not relations:
        return None
    left = _mix(pair for pair in relations if pair[0] in LEFT)
    right = _mix(pair for pair in relations if pair[0] not in LEFT)
    shown = len(left) + len(right)
    drawings = [_draw_wide(entity_ref, left, right), _draw_tall(entity_ref, left + right)]
    return Graph(drawings, len(relations) - shown)


def _label(ref: str, width: int) -> str:
    text, room = short_ref(ref), (width - 16) // CHARACTER_WIDTH
    return text if len(text) <= room else text[: room - 1] + "…"


def _mix(pairs: Iterable[Related]) -> list[Related]:
    """The first of each type, then the second of each, as far as there is room; then by type again."""
    groups = [list(group) for _, group in groupby(sorted(pairs), key=lambda pair: pair[0])]
    mixed = (pair for pair in chain.from_iterable(zip_longest(*groups)) if pair is not None)
    return sorted(islice(mixed, MAX_ON_A_SIDE))


def _draw_wide(entity_ref: str, left: Sequence[Related], right: Sequence[Related]) -> Drawing:
    """The entity in the middle, or at the edge if there is nothing on that side."""
    height = max(len(left), len(right)) * WIDE_STEP
    x = WIDE_NODE + WIDE_GAP if left else 0
    center = Node(x, (height - NODE_HEIGHT) // 2, WIDE_NODE, _label(entity_ref, WIDE_NODE), is_center=True)
    nodes, edges = [center], []
    for pairs, x in ((left, 0), (right, center.x + WIDE_NODE + WIDE_GAP)):
        top = (height - len(pairs) * WIDE_STEP + WIDE_STEP - NODE_HEIGHT) // 2
        for position, (type_, target) in enumerate(pairs):
            node = Node(x, top + position * WIDE_STEP, WIDE_NODE, _label(target, WIDE_NODE), entity_url(target))
            nodes.append(node)
            edges.append(_curve(center, node, relation_words(type_)))
    return Drawing("wide", max(node.x for node in nodes) + WIDE_NODE, height, nodes, edges)


def _curve(center: Node, node: Node, label: str) -> Edge:
    is_left = node.x < center.x
    start_x = center.x if is_left else center.x + center.width
    end_x = node.x + node.width if is_left else node.x
    start_y, end_y = center.y + NODE_HEIGHT // 2, node.y + NODE_HEIGHT // 2
    middle = (start_x + end_x) // 2
    path = f"M{start_x} {start_y}C{middle} {start_y} {middle} {end_y} {end_x} {end_y}"
    anchor, x = ("start", end_x + 6) if is_left else ("end", end_x - 6)
    return Edge(path, label, x, end_y - 5, anchor)


def _draw_tall(entity_ref: str, pairs: Sequence[Related]) -> Drawing:
    """A trunk going down from the entity, and a branch to each related one."""
    nodes, edges = [Node(0, 0, TALL_WIDTH, _label(entity_ref, TALL_WIDTH), is_center=True)], []
    for position, (type_, target) in enumerate(pairs):
        y = NODE_HEIGHT + 24 + position * TALL_STEP
        width = TALL_WIDTH - TALL_INDENT
        nodes.append(Node(TALL_INDENT, y, width, _label(target, width), entity_url(target)))
        path = f"M10 {NODE_HEIGHT}V{y + NODE_HEIGHT // 2}H{TALL_INDENT}"
        edges.append(Edge(path, relation_words(type_), x=TALL_INDENT, y=y - 6))
    return Drawing("tall", TALL_WIDTH, nodes[-1].y + NODE_HEIGHT + 1, nodes, edges)
