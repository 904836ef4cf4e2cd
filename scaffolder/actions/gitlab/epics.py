"""Whether an issue of a project may belong to an epic."""

from __future__ import annotations

from common.errors import InputError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record

MOST_LEVELS = 30


def epic_in_scope(context: ActionContext, host: GitlabHost, project: str | int, epic: int | None) -> int | None:
    """The epic, or None if its group is not above the project. Raises InputError if there is no such epic."""
    if not epic:
        return None
    is_scoped = context.checkpoint(f"epic:{project}:{epic}", lambda: _is_in_scope(host, project, epic))
    if is_scoped:
        context.log.info("Epic is within Project Scope")
        return epic
    context.log.warn(
        "Chosen epic is not within the Project Scope. The issue will be created without an associated epic."
    )
    return None


def _is_in_scope(host: GitlabHost, project: str | int, epic: int) -> bool:
    failing = f"Could not find epic scope of epic {epic} and project {project}"
    found = host.get("projects", project, failing=failing)
    top = _top_group(host, host.need(found, "namespace", "id", failing=failing), failing)
    epics = host.list_all("groups", host.need(top, "id", failing=failing), "epics", failing=failing)
    group_id = next((item.get("group_id") for item in epics if item.get("id") == epic), None)
    if group_id is None:
        raise InputError(
            f"Epic with id {epic} not found in the top-level parent group {top.get('name')}; check 'epicId'"
        )
    group = host.get("groups", group_id, failing=failing)
    path = str(host.need(found, "path_with_namespace", failing=failing))
    return path.startswith(f"{host.need(group, 'full_path', failing=failing)}/")


def _top_group(host: GitlabHost, group_id: int, failing: str) -> Record:
    group = host.get("groups", group_id, failing=failing)
    for _ in range(MOST_LEVELS):
        if not group.get("parent_id"):
            break
        group = host.get("groups", group["parent_id"], failing=failing)
    return group
