"""Finding people of a GitLab by their user names."""

from __future__ import annotations

from collections.abc import Iterable

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost
from scaffolder.actions.scm_lenient import only_warned


def user_ids(context: ActionContext, host: GitlabHost, names: Iterable[str], consequence: str) -> list[int]:
    """Of those that are there; of the others the log says so, and the ``consequence``."""
    found = (_user_id(context, host, name, consequence) for name in names)
    return [user_id for user_id in found if user_id is not None]


def _user_id(context: ActionContext, host: GitlabHost, name: str, consequence: str) -> int | None:
    failing = f"Failed to find gitlab user id for {name}"
    with only_warned(context, consequence):
        user = host.first("users", failing=failing, query={"username": name})
        if user is not None:
            return int(host.need(user, "id", failing=failing))
        context.log.warn(f"{failing}: there is no such user. {consequence}")
    return None
