"""Which project a step means."""

from __future__ import annotations

from common.errors import InputError
from integrations.whatwg import InvalidUrlError, parse_url
from scaffolder.actions.action import ActionContext
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url


def repo_url_of(context: ActionContext, name: str = "repoUrl") -> RepoUrl:
    """Raises InputError."""
    return parse_repo_url(context.input[name], context.tools.integrations)


def path_of_project(repo_url: RepoUrl) -> str:
    """``group/sub-group/project``, or whatever stands in ``project``. Raises InputError."""
    if repo_url.project:
        return repo_url.project
    if repo_url.owner and repo_url.repo:
        return f"{repo_url.owner}/{repo_url.repo}"
    raise InputError(
        "Unable to determine the GitLab project: name 'owner' and 'repo' in the repoUrl, or 'project' with its full path"
    )


def host_of(context: ActionContext) -> str:
    """
    The host of a ``repoUrl`` that need not name a repository, such as ``gitlab.com`` alone.

    Raises InputError if no integration is configured for it.
    """
    text = context.input["repoUrl"]
    try:
        url = parse_url(f"https://{text}")
    except InvalidUrlError as error:
        raise InputError(f"Invalid repo URL passed to publisher, got {text}, {error}") from None
    if context.tools.integrations.by_host(url.host) is None or url.has_userinfo:
        raise InputError(
            f"No matching integration configuration for host {url.host}, please check your integrations config"
        )
    return url.host


def project_id(value: int | float | str) -> str | int:
    """As the API wants it: a number, or a path. Raises InputError."""
    if isinstance(value, str):
        return value.strip()
    if value != int(value):
        raise InputError(f"'{value}' is not the number of a project; it has to be whole")
    return int(value)
