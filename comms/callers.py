"""Whose notifications, signals and settings they are, and who may send some."""

from __future__ import annotations

from django.http import HttpRequest

from common.errors import AuthenticationError, NotAllowedError
from common.identity import Action, ensure_allowed, identity_of


def require_user(request: HttpRequest, plugin: str, action: Action) -> str:
    """The entity ref of the user who asks, in its canonical form. Raises AuthenticationError, NotAllowedError."""
    return _require(request, "user", plugin, action).lower()


def require_service(request: HttpRequest, plugin: str, action: Action) -> str:
    """The name of the service that asks. Raises AuthenticationError, NotAllowedError."""
    return _require(request, "service", plugin, action)


def _require(request: HttpRequest, kind: str, plugin: str, action: Action) -> str:
    identity = identity_of(request)
    if identity.kind == "none":
        raise AuthenticationError("Missing credentials")
    if identity.kind != kind:
        raise NotAllowedError(f"This endpoint does not allow '{identity.kind}' credentials")
    ensure_allowed(identity, plugin, action)
    return identity.subject
