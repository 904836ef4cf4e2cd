"""
What a caller may do in the scaffolder: which tasks he may see, which parts of templates, which actions run for him.

Permissions have Backstage's names. Both his token's restrictions and the policy are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import NotAllowedError
from common.identity import Identity, ensure_allowed
from common.permissions import ALLOW, DENY, Decision, Permission, policy
from scaffolder.permission_actions import allows_action
from scaffolder.permission_rules import ACTION, EVERYBODY, NOBODY, TASK, TEMPLATE, Creators, creators_of, has_part

CREATE_TASKS = Permission("scaffolder.task.create", "create")
READ_TASKS = Permission("scaffolder.task.read", "read", TASK)
CANCEL_TASKS = Permission("scaffolder.task.cancel", None, TASK)
DRY_RUN_TEMPLATES = Permission("scaffolder.template.dry-run", None)
MANAGE_TEMPLATES = Permission("scaffolder.template.management", None)
READ_PARAMETERS = Permission("scaffolder.template.parameter.read", "read", TEMPLATE)
READ_STEPS = Permission("scaffolder.template.step.read", "read", TEMPLATE)
EXECUTE_ACTIONS = Permission("scaffolder.action.execute", None, ACTION)

# In the order in which Backstage's scaffolder tells of them.
PERMISSIONS = (
    DRY_RUN_TEMPLATES,
    READ_PARAMETERS,
    READ_STEPS,
    EXECUTE_ACTIONS,
    CANCEL_TASKS,
    CREATE_TASKS,
    READ_TASKS,
    MANAGE_TEMPLATES,
)


def require(identity: Identity, *permissions: Permission) -> Identity:
    """
    The caller, if he has all of them. Raises NotAllowedError.

    For a permission on tasks: if he has it for some at least. Which they are, ``ensure_task`` knows.
    """
    for permission in permissions:
        ensure_allowed(identity, "scaffolder", permission.action, permission.name)
        if policy().decide(identity, permission) == DENY:
            raise NotAllowedError(f"You are not allowed to do this: it needs the permission {permission.name}")
    return identity


def visible_tasks(identity: Identity) -> Creators:
    """Whose tasks he may see. Raises NotAllowedError if that is nobody's."""
    require(identity, READ_TASKS)
    return allowed_creators(policy().decide(identity, READ_TASKS))


def allowed_creators(decision: Decision) -> Creators:
    if decision == ALLOW:
        return EVERYBODY
    return NOBODY if decision == DENY else creators_of(decision)


def ensure_task(identity: Identity, created_by: str, *permissions: Permission) -> None:
    """Raises NotAllowedError unless he has these permissions for a task that was created by this user."""
    require(identity, *permissions)
    for permission in permissions:
        if permission.resource_type != TASK:
            continue
        if not allowed_creators(policy().decide(identity, permission)).created(created_by):
            raise NotAllowedError(f"You are not allowed to do this with this task: it needs {permission.name}")


def shown_template(identity: Identity, template: dict[str, Any]) -> dict[str, Any]:
    """The template without the parameters and the steps that are hidden from him."""
    spec = template["spec"]
    parameters = policy().decide(identity, READ_PARAMETERS)
    steps = policy().decide(identity, READ_STEPS)
    if parameters == steps == ALLOW:
        return template
    shown = {**spec, "steps": [step for step in spec["steps"] if _is_shown(steps, step)]}
    if isinstance(given := spec.get("parameters"), list):
        shown["parameters"] = [page for page in given if _is_shown(parameters, page)]
    elif given is not None and not _is_shown(parameters, given):
        del shown["parameters"]
    return {**template, "spec": shown}


def _is_shown(decision: Decision, part: Any) -> bool:
    if decision in (ALLOW, DENY):
        return decision == ALLOW
    return has_part(decision, part if isinstance(part, Mapping) else {})


def ensure_action(
    identity: Identity, action_id: str, given: Mapping[str, Any], known: Mapping[str, Any] | None
) -> None:
    """
    Raises NotAllowedError unless the action may run for him with this input.

    ``action_id`` as the action is registered; ``known``: the inputs that it says it has, None if it does not say.
    """
    decision = policy().decide(identity, EXECUTE_ACTIONS)
    if decision == ALLOW:
        return
    if decision == DENY or not allows_action(decision, action_id, given, known):
        raise NotAllowedError(f"Unauthorized action: {action_id}. The action is not allowed.")
