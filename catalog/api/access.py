"""
The one place where a door asks whether the caller may come in.

Who he is was found out before (``request.identity``).
"""

from __future__ import annotations

from django.http import HttpRequest

from catalog import access
from catalog.access import (
    ANALYZE_LOCATIONS,
    CREATE_LOCATIONS,
    DELETE_ENTITIES,
    DELETE_LOCATIONS,
    DELETE_UNPROCESSED,
    READ_ENTITIES,
    READ_LOCATIONS,
    READ_UNPROCESSED,
    REFRESH_ENTITIES,
    VALIDATE_ENTITIES,
)
from catalog.queries.predicate import Predicate
from common.identity import Identity, identity_of
from common.permissions import Permission

__all__ = [
    "ANALYZE_LOCATIONS",
    "CREATE_LOCATIONS",
    "DELETE_ENTITIES",
    "DELETE_LOCATIONS",
    "DELETE_UNPROCESSED",
    "READ_ENTITIES",
    "READ_LOCATIONS",
    "READ_UNPROCESSED",
    "REFRESH_ENTITIES",
    "VALIDATE_ENTITIES",
    "require",
    "visible_entities",
]


def require(request: HttpRequest, permission: Permission) -> Identity:
    """The caller, if he may. Raises NotAllowedError."""
    return access.require(identity_of(request), permission)


def visible_entities(request: HttpRequest) -> Predicate | None:
    """Which entities the caller may see at all; None for every one. Raises NotAllowedError if he may see none."""
    return access.visible_entities(identity_of(request))
