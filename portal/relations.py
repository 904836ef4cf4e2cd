"""An entity's relations as lists of links, bounded. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from portal.page import entity_url
from portal.words import relation_words, short_ref

MAX_TYPES = 50
MAX_OF_A_TYPE = 100


@dataclass(frozen=True, slots=True)
class RelatedEntity:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class RelationGroup:
    """``left_out``: how many more of this type there are."""

    type: str
    words: str
    count: int
    entities: list[RelatedEntity]
    left_out: int


def relation_pairs(entity: dict[str, Any]) -> list[tuple[str, str]]:
    """(type, target ref) of each."""
    return [(relation["type"], relation["targetRef"]) for relation in entity.get("relations") or ()]


def group_relations(pairs: Sequence[tuple[str, str]]) -> list[RelationGroup]:
    groups = [(type_, [target for _, target in group]) for type_, group in groupby(sorted(pairs), lambda pair: pair[0])]
    return [_group(type_, targets) for type_, targets in groups[:MAX_TYPES]]


def _group(type_: str, targets: Sequence[str]) -> RelationGroup:
    shown = [RelatedEntity(short_ref(target), entity_url(target)) for target in targets[:MAX_OF_A_TYPE]]
    return RelationGroup(type_, relation_words(type_), len(targets), shown, len(targets) - len(shown))
