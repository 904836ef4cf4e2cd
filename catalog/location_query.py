"""Finds registered locations by a predicate over their id, type, target and entityRef."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.locations import list_locations
from catalog.queries.predicate import AllOf, AnyOf, FirstOf, HasKey, HasPrefix, HasValue, Not, Predicate
from common.errors import InputError

# As the predicate spells keys, and as a location does.
KEYS = {"id": "id", "type": "type", "target": "target", "entityref": "entityRef"}


@dataclass(frozen=True, slots=True)
class LocationPage:
    """``total_items`` counts the matches of all pages."""

    items: list[dict[str, str]]
    total_items: int
    has_more: bool


def query_locations(predicate: Predicate | None, *, limit: int, after_id: str | None = None) -> LocationPage:
    """
    The next matches by id, from beyond ``after_id``. Letter case does not matter, as in all predicates.

    There are few locations beside entities, so all are read. Raises InputError on a key that locations lack.
    """
    for key in keys_of(predicate) if predicate else ():
        if key not in KEYS:
            raise InputError(
                f"Invalid filter predicate, expected key to be 'id', 'type', 'target', or 'entityRef', got '{key}'"
            )
    matching = [location for location in list_locations() if predicate is None or matches(predicate, location)]
    matching.sort(key=lambda location: location["id"])
    rest = [location for location in matching if after_id is None or location["id"] > after_id]
    return LocationPage(rest[:limit], len(matching), len(rest) > limit)


def keys_of(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from keys_of(part)
        case Not(part):
            yield from keys_of(part)
        case HasKey(key) | HasValue(key, _) | HasPrefix(key, _):
            yield key


def matches(predicate: Predicate, location: dict[str, str]) -> bool:
    """Whether it is true of the location. The keys must be checked before."""
    match predicate:
        case AllOf(parts):
            return all(matches(part, location) for part in parts)
        case AnyOf(parts):
            return any(matches(part, location) for part in parts)
        case Not(part):
            return not matches(part, location)
        case HasKey(_):
            return True
        case HasValue(key, values):
            return location[KEYS[key]].lower() in values
        case HasPrefix(key, prefix):
            return location[KEYS[key]].lower().startswith(prefix)
        case FirstOf():
            raise TypeError("policies tell of entities, not of locations")
