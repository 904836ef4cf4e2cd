"""Where the branch of a pull request lives: in the repository itself, or in a fork of the token's user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import NotAllowedError, ServiceUnavailableError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.repository import GithubRepository

Json = Any
# GitHub copies a fork after it has answered.
PAUSE_SECONDS = 1.0
ATTEMPTS = 60


def home_of(
    context: ActionContext, repository: GithubRepository, *, headers: Mapping[str, str], description: Json
) -> str:
    """
    The owner of the branch: the repository's, or the user of a token that may not push there.

    Raises NotAllowedError if the token may not even read as somebody, ServiceUnavailableError if no fork appears.
    """
    permissions = description.get("permissions")
    if permissions is None:
        raise NotAllowedError(f"GitHub does not know whose token this is for {repository.full_name}")
    is_user = bool(headers.get("x-oauth-scopes"))
    if not context.input.get("forceFork") and not (is_user and not permissions.get("push")):
        return repository.owner
    login = str(repository.api.call("GET", "/user", doing="find out whom the token belongs to")["login"])
    if not _has_fork(repository, login):
        repository.call("POST", "forks", doing="make a fork of")
        _wait_for_fork(context, repository, login)
    return login


def _has_fork(repository: GithubRepository, login: str) -> bool:
    doing = f"look for the fork of {repository.full_name} at '{login}'"
    found = repository.api.find(path_of("repos", login, repository.name), doing=doing)
    return found is not None and bool(found.get("fork"))


def _wait_for_fork(context: ActionContext, repository: GithubRepository, login: str) -> None:
    for _ in range(ATTEMPTS):
        if _has_fork(repository, login):
            return
        context.stop.wait(PAUSE_SECONDS)
    raise ServiceUnavailableError(f"The fork of {repository.full_name} at '{login}' has not appeared; try again later")
