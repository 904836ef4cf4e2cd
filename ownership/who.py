"""Who owns an entity, and who those people are: the closure over groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.refs import get_by_ref, get_by_refs

# Groups of groups end somewhere; a cycle of them must end, too.
MAX_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Ownership:
    """
    ``owners``: refs as the entity states them, also where no such group exists. ``groups``: the existing ones and
    all above them, nearest first. ``people``: refs of the members of the owners, and owners that are users.
    """

    entity_ref: str
    owners: list[str]
    groups: list[str]
    people: list[str]
    missing: list[str]


def find_ownership(ref: EntityRef) -> Ownership:
    """Answer "who owns this?". Raises NotFoundError. One query, and one for each level of groups."""
    entity = orjson.loads(get_by_ref(ref))
    owners = _targets(entity, "ownedBy")
    known = _read(owners)
    groups: dict[str, dict[str, Any]] = {}
    level = {owner: body for owner, body in known.items() if owner.startswith("group:")}
    people = {owner for owner in known if owner.startswith("user:")}
    people.update(member for body in level.values() for member in _targets(body, "hasMember"))
    for _ in range(MAX_LEVELS):
        groups.update(level)
        parents = {parent for body in level.values() for parent in _targets(body, "childOf")} - groups.keys()
        if not parents:
            break
        level = _read(sorted(parents))
    missing = [owner for owner in owners if owner not in known]
    return Ownership(str(ref), owners, list(groups), sorted(people), missing)


def _targets(entity: dict[str, Any], relation_type: str) -> list[str]:
    return [r["targetRef"] for r in entity.get("relations", ()) if r["type"] == relation_type]


def _read(refs: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = list(refs)
    bodies = get_by_refs(wanted) if wanted else []
    return {ref: orjson.loads(body) for ref, body in zip(wanted, bodies, strict=True) if body is not None}
