"""Who started a task, as its row keeps him: what he may not do, nothing that is done on his behalf may."""

from __future__ import annotations

from typing import Any

import orjson

from common.identity import ANONYMOUS, Identity, Restriction


def pack_identity(identity: Identity) -> str:
    """As JSON."""
    packed: dict[str, Any] = {"kind": identity.kind, "subject": identity.subject}
    if identity.ownership_refs:
        packed["ownership"] = sorted(identity.ownership_refs)
    if identity.restrictions is not None:
        packed["restrictions"] = {
            plugin: {"permissions": _listed(limits.permissions), "actions": _listed(limits.actions)}
            for plugin, limits in identity.restrictions.items()
        }
    return orjson.dumps(packed).decode()


def unpack_identity(text: str) -> Identity:
    """Nobody in particular, without restrictions, if nothing was kept."""
    if not text:
        return ANONYMOUS
    packed = orjson.loads(text)
    restrictions = packed.get("restrictions")
    if restrictions is not None:
        restrictions = {
            plugin: Restriction(_frozen(limits["permissions"]), _frozen(limits["actions"]))
            for plugin, limits in restrictions.items()
        }
    ownership_refs = frozenset(packed.get("ownership", ()))
    return Identity(packed["kind"], packed["subject"], ownership_refs, restrictions=restrictions)


def _listed(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _frozen(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
