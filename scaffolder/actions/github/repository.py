"""The repository that a step works on, reached with the token that the step may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from github import Auth

from common.errors import InputError, NotAllowedError
from integrations.hosts.errors import HostRefusedError
from integrations.hosts.github_app import APP_TOKENS
from integrations.scm.github import GithubIntegration
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.api import GithubApi, open_api, path_of
from scaffolder.actions.scm.credentials import ScmToken, user_token
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url

Json = Any


@dataclass(frozen=True, slots=True)
class GithubRepository:
    """It need not exist yet."""

    owner: str
    name: str
    integration: GithubIntegration
    api: GithubApi
    token: str = field(repr=False)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def path(self, *segments: str | int) -> str:
        return path_of("repos", self.owner, self.name, *segments)

    def call(self, verb: str, *segments: str | int, body: Json = None, doing: str) -> Json:
        """``doing`` without the name of the repository, such as ``add the webhook to``."""
        return self.api.call(verb, self.path(*segments), body, doing=f"{doing} {self.full_name}")

    def find(self) -> Json | None:
        """As GitHub describes it, or None. What was renamed away is not here any more."""
        found = self.api.find(self.path(), doing=f"look for the repository {self.full_name}")
        if found is None or str(found["full_name"]).lower() != self.full_name.lower():
            return None
        return found

    def read(self) -> Json:
        """As GitHub describes it. Raises NotFoundError."""
        return self.call("GET", doing="read the repository")


@contextmanager
def open_repository(context: ActionContext) -> Iterator[GithubRepository]:
    """The repository of the input ``repoUrl``. Raises InputError if there is none, or no token for it."""
    url, integration = _target(context)
    token = _token(context, url, integration)
    with open_api(integration, Auth.Token(token), secret=token, wait=context.stop.wait) as api:
        yield GithubRepository(str(url.owner), url.repo, integration, api, token)


def check_repository(context: ActionContext) -> RepoUrl:
    """What ``open_repository`` finds out before it asks GitHub anything. For dry runs."""
    url, integration = _target(context)
    if user_token(context, url.host) is None and integration.token is None and not integration.apps:
        raise _no_token(url)
    return url


def _target(context: ActionContext) -> tuple[RepoUrl, GithubIntegration]:
    integrations = context.tools.integrations
    url = parse_repo_url(str(context.input["repoUrl"]), integrations)
    integration = integrations.by_host(url.host)
    if not isinstance(integration, GithubIntegration):
        raise InputError(f"No GitHub integration for host {url.host}, please check your integrations config")
    if not url.owner:
        raise InputError(f"Invalid repository owner provided in repoUrl '{context.input['repoUrl']}'")
    return url, integration


def _token(context: ActionContext, url: RepoUrl, integration: GithubIntegration) -> str:
    """The user's; else of the app that is installed at the owner; else of the integration."""
    given: ScmToken | None = user_token(context, url.host)
    if given is not None:
        return given.token
    try:
        token = APP_TOKENS.find(integration, str(url.owner), pause=context.stop.wait) or integration.token
    except HostRefusedError as refused:
        raise NotAllowedError(refused.message) from None
    if token is None:
        raise _no_token(url)
    return token


def _no_token(url: RepoUrl) -> InputError:
    return InputError(
        f"No token available for host: {url.host}, with owner {url.owner}, and repo {url.repo}. Give the input 'token',"
        " or set 'token' or 'apps' at 'integrations.github' for that host"
    )
