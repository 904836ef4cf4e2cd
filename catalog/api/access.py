"""
The one place where a door asks who knocks, and whether he may come in.

Who it is was found out before (``request.identity``). Permissions have Backstage's names.
"""

from __future__ import annotations

from common.identity import Identity
from django.http import HttpRequest

from catalog.queries.predicate import Predicate
from common.errors import AuthenticationError

READ_ENTITIES = "catalog.entity.read"
CREATE_ENTITIES = "catalog.entity.create"
DELETE_ENTITIES = "catalog.entity.delete"
REFRESH_ENTITIES = "catalog.entity.refresh"
VALIDATE_ENTITIES = "catalog.entity.validate"
READ_LOCATIONS = "catalog.location.read"
CREATE_LOCATIONS = "catalog.location.create"
DELETE_LOCATIONS = "catalog.location.delete"
ANALYZE_LOCATIONS = "catalog.location.analyze"
READ_UNPROCESSED = "catalog.entities.unprocessed.read"
DELETE_UNPROCESSED = "catalog.entities.unprocessed.delete"


def require(request: HttpRequest, permission: str) -> Identity:
    """The caller, if he may. Raises AuthenticationError where nobody was identified, however that came."""
    identity: Identity | None = getattr(request, "identity", None)
    if identity is None:
        raise AuthenticationError(f"Missing credentials for {permission}")
    return identity


def visible_entities(request: HttpRequest) -> Predicate | None:
    """Which entities the caller may see at all; None for every one."""
    require(request, READ_ENTITIES)
    return None
