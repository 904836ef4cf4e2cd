"""Signing in as a guest: for trying things out, and for installations that are open anyway."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from common.errors import NotAllowedError
from identity.ownership import ownership_refs_of
from identity.session import issue_identity
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
    ownership_refs = guest.ownership_refs if entity is None else ownership_refs_of(guest.user_ref, json.loads(entity))
    return {"profile": {}, "backstageIdentity": issue_identity(guest.user_ref, ownership_refs, tokens)}
