"""What signing in gives: the session, as Backstage's frontend reads it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from identity.user_tokens import UserTokens


@dataclass(frozen=True, slots=True)
class SignedInUser:
    user_ref: str
    ownership_refs: tuple[str, ...]


def issue_identity(user_ref: str, ownership_refs: Sequence[str], tokens: UserTokens) -> dict[str, Any]:
    """The ``backstageIdentity`` of a session, with a new token."""
    issued = tokens.issue(user_ref, ownership_refs)
    return {
        "token": issued.token,
        "identity": {"type": "user", "userEntityRef": user_ref, "ownershipEntityRefs": list(ownership_refs)},
        "expiresInSeconds": round(issued.expires_at - time.time()),
    }
