"""CI variables of a project."""

from __future__ import annotations

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm.once import make_once
from scaffolder.actions.scm_http import Query


def create_variable(context: ActionContext, host: GitlabHost, project: str | int, variable: Record) -> None:
    """
    ``variable`` as the API takes it, with ``key`` and ``environment_scope``.

    Raises ConflictError if the project has it already, else as ``GitlabHost``.
    """
    key, scope = variable["key"], variable["environment_scope"]
    failing = f"Environment variable creation failed for {key} of project {project}"
    query: Query = {"filter[environment_scope]": scope}

    # The values are secrets: checkpoints only say that it is there.
    def find() -> bool | None:
        return host.find("projects", project, "variables", key, failing=failing, query=query) is not None or None

    def make() -> bool:
        host.post("projects", project, "variables", failing=failing, body=variable)
        return True

    taken = (
        f"{failing}: it has one of this name already for the environments '{scope}';"
        " choose another key, or delete that variable"
    )
    make_once(context, f"variable:{project}:{key}:{scope}", find=find, make=make, taken=taken)
