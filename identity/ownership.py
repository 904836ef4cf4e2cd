"""What a user owns: himself, and what the groups are that the catalog says he is a member of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from catalog.queries.refs import get_by_refs
from identity.settings import identity_settings


def find_ownership_refs(user_ref: str) -> tuple[str, ...]:
    """His ownership refs by the catalog as it is now; by the configuration for a guest whom it does not have."""
    body = get_by_refs([user_ref])[0]
    if body is not None:
        return ownership_refs_of(user_ref, json.loads(body))
    guest = identity_settings().guest
    return guest.ownership_refs if guest and guest.user_ref == user_ref else (user_ref,)


def ownership_refs_of(user_ref: str, entity: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of a user with this entity."""
    groups = (
        relation["targetRef"]
        for relation in entity.get("relations", ())
        if relation["type"] == "memberOf" and relation["targetRef"].startswith("group:")
    )
    return tuple(dict.fromkeys((user_ref, *groups)))
