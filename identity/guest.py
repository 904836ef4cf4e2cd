"""Signing in as a guest: for trying things out, and for installations that are open anyway."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from common.errors import NotAllowedError
from identity.settings import GuestSettings
from identity.user_tokens import UserTokens

NOT_ALLOWED = (
    "The guest provider cannot be used outside of a development environment unless"
    " 'auth.providers.guest.dangerouslyAllowOutsideDevelopment' is enabled"
)


def sign_in_guest(
    guest: GuestSettings, tokens: UserTokens, *, find_user: Callable[[str], bytes | None]
) -> dict[str, Any]:
    """
    The session of a guest, as the frontend reads it. ``find_user`` gives a user's entity as JSON text.

    A user of that ref in the catalog owns what he and his groups own, whatever the configuration says.
    Raises NotAllowedError outside of development.
    """
    if not guest.is_allowed:
        raise NotAllowedError(NOT_ALLOWED)
    entity = find_user(guest.user_ref)
    ownership_refs = guest.ownership_refs if entity is None else _ownership_refs(guest.user_ref, json.loads(entity))
    return _session(guest.user_ref, list(ownership_refs), tokens)


def _ownership_refs(user_ref: str, entity: Mapping[str, Any]) -> Sequence[str]:
    groups = [
        relation["targetRef"]
        for relation in entity.get("relations", ())
        if relation["type"] == "memberOf" and relation["targetRef"].startswith("group:")
    ]
    return list(dict.fromkeys((user_ref, *groups)))


def _session(user_ref: str, ownership_refs: list[str], tokens: UserTokens) -> dict[str, Any]:
    issued = tokens.issue(user_ref, ownership_refs)
    identity = {"type": "user", "userEntityRef": user_ref, "ownershipEntityRefs": ownership_refs}
    return {
        "profile": {},
        "backstageIdentity": {
            "token": issued.token,
            "identity": identity,
            "expiresInSeconds": round(issued.expires_at - time.time()),
        },
    }
