"""The one place where a door asks whether the caller may ask who owns what, and of which entities he may hear."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.access import READ_ENTITIES, allowed_by_policy
from catalog.queries.predicate import Predicate
from common.identity import ensure_allowed, identity_of


def require(request: HttpRequest) -> None:
    """Raises NotAllowedError unless the caller's token is good for reading ownership."""
    ensure_allowed(identity_of(request), "ownership", READ_ENTITIES.action, READ_ENTITIES.name)


def visible_to(request: HttpRequest) -> Predicate | None:
    """Of which entities he may hear; None for all. Raises NotAllowedError."""
    require(request)
    return allowed_by_policy(identity_of(request), READ_ENTITIES)
