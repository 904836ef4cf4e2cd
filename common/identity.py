"""Who asks, and what his token may do. The middleware of ``identity`` says who; everybody may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from common.errors import NotAllowedError

Action = Literal["create", "read", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a token may do in one plugin. None: anything."""

    permissions: frozenset[str] | None = None
    actions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """
    A user (``subject`` is his entity ref), a service (its name), or nobody in particular.

    ``restrictions`` names the plugins that a token is good for; None means all. They travel with the identity:
    what is done on its behalf may never do more.
    """

    kind: Literal["user", "service", "none"]
    subject: str
    ownership_refs: frozenset[str] = frozenset()
    restrictions: Mapping[str, Restriction] | None = field(default=None, hash=False)


ANONYMOUS = Identity("none", "anonymous")


def identity_of(request: Any) -> Identity:
    """The identity of a request (Django's or DRF's): ANONYMOUS where no middleware set one."""
    identity: Identity = getattr(request, "identity", ANONYMOUS)
    return identity


def ensure_plugin_allowed(identity: Identity, plugin: str) -> None:
    """Raise NotAllowedError unless the identity's token is good for this plugin, whatever for."""
    if identity.restrictions is not None and plugin not in identity.restrictions:
        raise NotAllowedError(f"This token's access is restricted to plugin(s) {_quoted(identity.restrictions)}")


def ensure_allowed(identity: Identity, plugin: str, action: Action | None, permission: str = "") -> None:
    """
    Raise NotAllowedError unless the identity's token is good for this action of this plugin.

    ``action`` is None for a permission that is none of the four; ``permission`` is its Backstage name.
    A token that is restricted to actions, or to permissions, is good for no others: not for unnamed ones either.
    """
    ensure_plugin_allowed(identity, plugin)
    restriction = (identity.restrictions or {}).get(plugin, Restriction())
    if restriction.actions is not None and action not in restriction.actions:
        names = _quoted(restriction.actions)
        raise NotAllowedError(f"This token's access to '{plugin}' is restricted to action(s) {names}")
    if restriction.permissions is not None and permission not in restriction.permissions:
        names = _quoted(restriction.permissions)
        raise NotAllowedError(f"This token's access to '{plugin}' is restricted to permission(s) {names}")


def _quoted(names: Mapping[str, Any] | frozenset[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
