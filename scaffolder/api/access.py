"""
The one place where a door asks whether the caller may come in, and what he may see.

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


CREATE_TASKS = Permission("scaffolder.task.create", "create")
READ_TASKS = Permission("scaffolder.task.read", "read")
CANCEL_TASKS = Permission("scaffolder.task.cancel", None)
DRY_RUN_TEMPLATES = Permission("scaffolder.template.dry-run", None)
READ_PARAMETERS = Permission("scaffolder.template.parameter.read", "read")
READ_STEPS = Permission("scaffolder.template.step.read", "read")


def require(request: HttpRequest, *permissions: Permission) -> Identity:
    """The caller, if he has all of them. Raises NotAllowedError."""
    identity = identity_of(request)
    for permission in permissions:
        ensure_allowed(identity, "scaffolder", permission.action, permission.name)
    return identity


def visible_entities(request: HttpRequest) -> Predicate | None:
    """
    Which entities the caller may see; None for every one.

    The scaffolder reads the catalog on his behalf, so his token must be good for that too, or a restricted one could do
    here what it may not do there. Raises NotAllowedError.
    """
    ensure_allowed(identity_of(request), "catalog", "read", "catalog.entity.read")
    return None
