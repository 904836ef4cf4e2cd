"""The one place where a door asks whether the caller may search, and what he may find."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.access import READ_ENTITIES, allowed_by_policy
from catalog.queries.predicate import Predicate
from common.identity import ensure_allowed, identity_of


def require(request: HttpRequest) -> None:
    """Raises NotAllowedError unless the caller's token is good for reading the search."""
    ensure_allowed(identity_of(request), "search", READ_ENTITIES.action, READ_ENTITIES.name)


def visible_to(request: HttpRequest) -> Predicate | None:
    """
    Of which entities the caller may find anything; None for all. Raises NotAllowedError.

    A token that is restricted to the search finds entities, as in Backstage: it is good for nothing else otherwise.
    """
    require(request)
    return allowed_by_policy(identity_of(request), READ_ENTITIES)
