"""
The one place where a door asks whether the caller may come in.

Who he is was found out before (``request.identity``). Permissions have Backstage's names.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from catalog.queries.predicate import Predicate
from common.identity import Action, Identity, ensure_allowed, identity_of


@dataclass(frozen=True, slots=True)
class Permission:
    name: str
    action: Action | None


READ_ENTITIES = Permission("catalog.entity.read", "read")
DELETE_ENTITIES = Permission("catalog.entity.delete", "delete")
REFRESH_ENTITIES = Permission("catalog.entity.refresh", "update")
VALIDATE_ENTITIES = Permission("catalog.entity.validate", None)
READ_LOCATIONS = Permission("catalog.location.read", "read")
CREATE_LOCATIONS = Permission("catalog.location.create", "create")
DELETE_LOCATIONS = Permission("catalog.location.delete", "delete")
ANALYZE_LOCATIONS = Permission("catalog.location.analyze", None)
READ_UNPROCESSED = Permission("catalog.entities.unprocessed.read", "read")
DELETE_UNPROCESSED = Permission("catalog.entities.unprocessed.delete", "delete")


def require(request: HttpRequest, permission: Permission) -> Identity:
    """The caller, if he may. Raises NotAllowedError."""
    identity = identity_of(request)
    ensure_allowed(identity, "catalog", permission.action, permission.name)
    return identity


def visible_entities(request: HttpRequest) -> Predicate | None:
    """Which entities the caller may see at all; None for every one. Raises NotAllowedError if he may see none."""
    require(request, READ_ENTITIES)
    return None
