"""A small drawing of an entity and those it is related to, as shapes for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.page import entity_url, short_ref

# What stands above an entity is drawn on its left, all else on its right.
LEFT = frozenset({"ownedBy", "partOf", "childOf", "memberOf", "apiProvidedBy", "dependencyOf", "apiConsumedBy"})
MAX_ON_A_SIDE = 8
WIDTH, NODE_WIDTH, NODE_HEIGHT, STEP = 760, 210, 30, 44
MAX_LABEL = 28


@dataclass(frozen=True, slots=True)
class Node:
    x: int
    y: int
    label: str
    url: str
    is_center: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    path: str
    label: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Graph:
    """``left_out`` is how many relations there was no room for."""

    width: int
    height: int
    node_width: int
    node_height: int
    nodes: list[Node]
    edges: list[Edge]
    left_out: int


def draw_graph(entity_ref: str, relations: Sequence[tuple[str, str]]) -> Graph | None:
    """``relations``: (type, target ref). None if there is nothing to draw."""
    if not relations:
        return None
    left = [pair for pair in relations if pair[0] in LEFT]
    right = [pair for pair in relations if pair[0] not in LEFT]
    shown_left, shown_right = left[:MAX_ON_A_SIDE], right[:MAX_ON_A_SIDE]
    height = max(len(shown_left), len(shown_right), 1) * STEP + 20
    center = Node((WIDTH - NODE_WIDTH) // 2, (height - NODE_HEIGHT) // 2, _label(entity_ref), "", is_center=True)
    nodes, edges = [center], []
    for pairs, x in ((shown_left, 0), (shown_right, WIDTH - NODE_WIDTH)):
        top = (height - len(pairs) * STEP) // 2 + (STEP - NODE_HEIGHT) // 2
        for position, (type_, target) in enumerate(pairs):
            node = Node(x, top + position * STEP, _label(target), entity_url(target))
            nodes.append(node)
            edges.append(_edge(center, node, type_))
    left_out = len(relations) - len(shown_left) - len(shown_right)
    return Graph(WIDTH, height, NODE_WIDTH, NODE_HEIGHT, nodes, edges, left_out)


def _label(ref: str) -> str:
    text = short_ref(ref)
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…"


def _edge(center: Node, node: Node, type_: str) -> Edge:
    is_left = node.x < center.x
    start_x = center.x if is_left else center.x + NODE_WIDTH
    end_x = node.x + NODE_WIDTH if is_left else node.x
    start_y, end_y = center.y + NODE_HEIGHT // 2, node.y + NODE_HEIGHT // 2
    middle = (start_x + end_x) // 2
    path = f"M{start_x} {start_y}C{middle} {start_y} {middle} {end_y} {end_x} {end_y}"
    return Edge(path, type_, middle, end_y - 5)
