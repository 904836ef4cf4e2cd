"""The further branches of a project that was just published."""

from __future__ import annotations

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost
from scaffolder.actions.scm.once import make_once


def create_branch(context: ActionContext, host: GitlabHost, project: int, name: str, ref: str) -> None:
    """Raises ConflictError if it is there already, else as ``GitlabHost``."""
    failing = f"Branch creation failed for {name}"
    path = ("projects", project, "repository", "branches")

    def find() -> bool | None:
        return host.find(*path, name, failing=failing) is not None or None

    def make() -> bool:
        host.post(*path, failing=failing, body={"branch": name, "ref": ref})
        return True

    taken = f"{failing}: project {project} has it already; leave out 'create', or choose another name"
    make_once(context, f"branch:{project}:{name}", find=find, make=make, taken=taken)
    context.log.info(f"Branch {name} created for {project} with ref {ref}")


def protect_branch(context: ActionContext, host: GitlabHost, project: int, name: str) -> None:
    """Nothing is left to do if it is protected, as GitLab does by itself with default branches."""
    failing = f"Branch protection failed for {name}"
    path = ("projects", project, "protected_branches")
    if host.find(*path, name, failing=failing) is None:
        host.post(*path, failing=failing, body={"name": name})
    context.log.info(f"Branch {name} protected for {project}")
