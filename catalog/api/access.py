"""
The one place where a door asks whether the caller may come in.

Who he is was found out before (``request.identity``).
"""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest

from catalog import access
from catalog.access import (
    ANALYZE_LOCATIONS,
    CREATE_LOCATIONS,
    DELETE_ENTITIES,
    DELETE_LOCATIONS,
    DELETE_UNPROCESSED,
    MANAGE_INGESTION,
    READ_ENTITIES,
    READ_INGESTION,
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
    "MANAGE_INGESTION",
    "READ_ENTITIES",
    "READ_INGESTION",
    "READ_LOCATIONS",
    "READ_UNPROCESSED",
    "REFRESH_ENTITIES",
    "VALIDATE_ENTITIES",
    "ensure_entity",
    "is_allowed",
    "require",
    "visible_entities",
]


def require(request: HttpRequest, permission: Permission) -> Identity:
    """The caller, if he may. Raises NotAllowedError."""
    return access.require(identity_of(request), permission)


def is_allowed(request: HttpRequest, permission: Permission) -> bool:
    """Whether the policy lets him. Raises NotAllowedError if his token is not good for it at all."""
    return access.is_allowed(identity_of(request), permission)


def ensure_entity(
    request: HttpRequest, permission: Permission, column: Literal["entity_ref", "uid"], value: str
) -> Identity:
    """The caller, if he may do it with this entity. Raises NotAllowedError."""
    return access.ensure_entity(identity_of(request), permission, column, value)


def visible_entities(request: HttpRequest) -> Predicate | None:
    """Which entities the caller may see; None for every one. Raises NotAllowedError if his token sees none at all."""
    return access.visible_entities(identity_of(request))
