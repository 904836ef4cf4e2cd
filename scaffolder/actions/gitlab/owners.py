"""Making people owners of a project, which takes the integration's own token."""

from __future__ import annotations

from common.errors import ConflictError, InputError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost
from scaffolder.actions.scm_lenient import only_warned
from scaffolder.settings import ScaffolderSettings

OWNER = 50


def check_owner_inputs(context: ActionContext) -> None:
    """Raises InputError if the step asks for what only the integration may do, and only users' tokens are allowed."""
    wants_it = context.input.get("setUserAsOwner") or context.input.get("ownerUsername")
    if wants_it and ScaffolderSettings.from_app_config(context.tools.config).needs_user_credentials:
        raise InputError(
            "The setUserAsOwner and ownerUsername inputs cannot be used when scaffolder.requireScmUserCredentials is"
            " enabled because they require credentials from the GitLab integration"
        )


def add_owner(host: GitlabHost, project: int, user_id: int) -> None:
    """``host`` with the integration's token. It does not matter if he is one already."""
    failing = f"Adding user {user_id} as owner of project {project} failed"
    body = {"user_id": user_id, "access_level": OWNER}
    try:
        host.post("projects", project, "members", failing=failing, body=body)
    except ConflictError:
        host.put("projects", project, "members", user_id, failing=failing, body={"access_level": OWNER})


def add_named_owner(context: ActionContext, host: GitlabHost, project: int, name: str) -> None:
    """If that fails, the log says so."""
    failing = f"Failed to add user '{name}' as owner"
    with only_warned(context, "Proceeding without owner assignment."):
        user = host.first("users", failing=failing, query={"username": name})
        if user is None:
            context.log.warn(f"Could not find GitLab user with username '{name}'. Skipping owner assignment.")
        else:
            add_owner(host, project, host.need(user, "id", failing=failing))
