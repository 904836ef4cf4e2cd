"""From what a provider tells about a person to his user in the catalog."""

from __future__ import annotations

import json
import re
from typing import Any

from catalog.entity_ref import EntityRef
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.predicate import AllOf, HasValue
from catalog.queries.refs import get_by_refs
from common.errors import ConflictError, NotFoundError
from identity.ownership import ownership_refs_of
from identity.session import SignedInUser

# What may stand for a user whom the catalog does not have: a name, or an e-mail.
NAME = re.compile(r"[A-Za-z0-9._+@-]{1,254}")


def find_user_by_name(name: str) -> SignedInUser:
    """The user of this name in the default namespace. Raises NotFoundError."""
    user_ref = user_ref_of(name)
    body = get_by_refs([user_ref])[0]
    if body is None:
        raise NotFoundError("User not found")
    return _signed_in(user_ref, json.loads(body))


def find_user_by(key: str, path: tuple[str, ...], value: str, *, ignores_case: bool) -> SignedInUser:
    """
    The one user with this value, which stands at ``path`` in the entity and under ``key`` in the index.

    Raises NotFoundError, and ConflictError if there are several.
    """
    predicate = AllOf((HasValue("kind", ("user",)), HasValue(key, (value.lower(),))))
    page = query_entities(QueryRequest(predicate, limit=100, total_items=False))
    found = [user for user in map(json.loads, page.bodies) if _is_same(_value_at(user, path), value, ignores_case)]
    if not found:
        raise NotFoundError("User not found")
    if len(found) > 1:
        raise ConflictError("User lookup resulted in multiple matches")
    (user,) = found
    metadata = user["metadata"]
    return _signed_in(str(EntityRef("user", metadata.get("namespace") or "default", metadata["name"])), user)


def user_ref_of(name: str) -> str:
    """The ref of a user by his name alone. Raises NotFoundError for what is no name."""
    if not NAME.fullmatch(name):
        raise NotFoundError("User not found")
    return str(EntityRef("user", "default", name))


def _signed_in(user_ref: str, entity: dict[str, Any]) -> SignedInUser:
    return SignedInUser(user_ref, ownership_refs_of(user_ref, entity))


def _value_at(entity: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        entity = entity.get(part) if isinstance(entity, dict) else None
    return entity


def _is_same(found: Any, wanted: str, ignores_case: bool) -> bool:
    """
    The index lowers the case of all letters, and makes the Kelvin sign a k by that. Here only ASCII has a case, so that
    nobody passes for another by a letter that looks alike.
    """
    if not isinstance(found, str):
        return False
    if ignores_case and found.isascii() and wanted.isascii():
        return found.lower() == wanted.lower()
    return found == wanted
