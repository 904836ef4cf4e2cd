"""
The one place where a door asks whether the caller may come in, and what he may see.

Who he is was found out before (``request.identity``).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.access import visible_entities as visible_to
from catalog.entity_ref import EntityRef
from catalog.queries.predicate import Predicate
from common.identity import Identity, ensure_allowed, identity_of
from common.permissions import Permission
from scaffolder import access
from scaffolder.access import (
    CANCEL_TASKS,
    CREATE_TASKS,
    DRY_RUN_TEMPLATES,
    READ_PARAMETERS,
    READ_STEPS,
    READ_TASKS,
)
from scaffolder.models import Task
from scaffolder.permission_rules import Creators
from scaffolder.tasks.read import get_task
from scaffolder.templates.find import find_template

__all__ = [
    "CANCEL_TASKS",
    "CREATE_TASKS",
    "DRY_RUN_TEMPLATES",
    "READ_PARAMETERS",
    "READ_STEPS",
    "READ_TASKS",
    "ensure_token",
    "find_shown_template",
    "get_allowed_task",
    "require",
    "visible_entities",
    "visible_tasks",
]


def require(request: HttpRequest, *permissions: Permission) -> Identity:
    """
    The caller, if he has all of them. Raises NotAllowedError.

    For a permission on tasks: if he has it for some at least. For one task ask ``get_allowed_task``.
    """
    return access.require(identity_of(request), *permissions)


def ensure_token(request: HttpRequest, *permissions: Permission) -> None:
    """
    Raises NotAllowedError unless the caller's token is good for these permissions, whatever the policy says.

    For what no policy hides (actions, forms of which it hides parts), but a token for something else should not see.
    """
    for permission in permissions:
        ensure_allowed(identity_of(request), "scaffolder", permission.action, permission.name)


def get_allowed_task(request: HttpRequest, task_id: str, *permissions: Permission) -> Task:
    """The task, if the caller has all of the permissions for it. Raises NotAllowedError, NotFoundError."""
    require(request, *permissions)
    task = get_task(task_id)
    access.ensure_task(identity_of(request), task.created_by, *permissions)
    return task


def visible_tasks(request: HttpRequest) -> Creators:
    """Whose tasks the caller may see. Raises NotAllowedError if that is nobody's."""
    return access.visible_tasks(identity_of(request))


def visible_entities(request: HttpRequest) -> Predicate | None:
    """
    Which entities the caller may see; None for every one.

    The scaffolder reads the catalog on his behalf, so his token must be good for that too, or a restricted one could do
    here what it may not do there. Raises NotAllowedError.
    """
    return visible_to(identity_of(request))


def find_shown_template(request: HttpRequest, ref: EntityRef) -> dict[str, Any]:
    """The template without what is hidden from the caller. Raises NotAllowedError, and as ``find_template`` does."""
    template = find_template(ref, visible=visible_entities(request))
    return access.shown_template(identity_of(request), template)
