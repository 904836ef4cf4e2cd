"""Whom it reaches to tell something to entities: users, the members of groups, the owners of everything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from catalog.queries.fields import Projection
from catalog.queries.refs import get_by_refs
from common.errors import InputError

MOST_REFS = 10_000
MOST_USERS = 50_000
BATCH = 1_000
RELATIONS = Projection((("kind",), ("relations",)))


def find_users(refs: Iterable[str], excluded: Iterable[str] = ()) -> list[str]:
    """
    The users whom these refs reach, in their canonical form, without those excluded.

    Groups reach their members, and those of the groups below them; other entities their owner. Whoever is excluded
    reaches nobody. A user need not be in the catalog. Raises InputError if one is no entity ref, or there are too many.
    """
    start, left_out = _canonical(refs), set(_canonical(excluded))
    users: dict[str, None] = {}
    seen, todo = set(start), start
    while todo:
        found = [ref for ref in todo if ref not in left_out]
        users.update(dict.fromkeys(filter(_is_user, found)))
        if len(users) > MOST_USERS:
            raise InputError(f"This would notify more than {MOST_USERS} users: send it as a broadcast")
        todo = [ref for ref in _follow([ref for ref in found if not _is_user(ref)]) if ref not in seen]
        todo = list(dict.fromkeys(todo))
        seen.update(todo)
    return list(users)


def _canonical(refs: Iterable[str]) -> list[str]:
    listed = list(dict.fromkeys(str(EntityRef.parse(ref)) for ref in refs))
    if len(listed) > MOST_REFS:
        raise InputError(f"Too many entity refs: {len(listed)}, at most {MOST_REFS} are allowed")
    return listed


def _is_user(ref: str) -> bool:
    return ref.startswith("user:")


def _follow(refs: list[str]) -> Iterable[str]:
    """One step from these entities on. A statement or two for each thousand of them."""
    for start in range(0, len(refs), BATCH):
        for body in get_by_refs(refs[start : start + BATCH], fields=RELATIONS):
            if body is not None:
                yield from _next_refs(orjson.loads(body))


def _next_refs(entity: dict[str, Any]) -> Iterable[str]:
    relations = [(relation["type"], relation["targetRef"].lower()) for relation in entity.get("relations") or ()]
    if str(entity["kind"]).lower() != "group":
        yield from [target for kind, target in relations if kind == "ownedBy"][:1]
        return
    for kind, target in relations:
        if kind == "parentOf" or (kind == "hasMember" and _is_user(target)):
            yield target
