"""``publish:gitea``: a new repository with the files of the workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from common.errors import InputError
from integrations.http.api_path import path_of
from integrations.scm.gitea import GiteaIntegration
from integrations.scm.integration import basic_authorization
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm.credentials import user_token
from scaffolder.actions.scm.once import make_once
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url
from scaffolder.actions.scm.source import commit_message, source_folder
from scaffolder.actions.scm_faults import Account
from scaffolder.actions.scm_publish import push_workspace, refuse_signing
from scaffolder.actions.scm_rest import RestHost
from scaffolder.actions.scm_schema import (
    GIT_AUTHOR_EMAIL,
    GIT_AUTHOR_NAME,
    GIT_COMMIT_MESSAGE,
    SIGN_COMMIT,
    SOURCE_PATH,
    choice,
    schema,
    text,
)

DEFAULT_BRANCH = "main"
LOOKS = 20
SECONDS_BETWEEN = 1.0


def publish_to_gitea(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError, NotFoundError or ServiceUnavailableError."""
    repo_url = parse_repo_url(context.input["repoUrl"], context.tools.integrations)
    integration = _integration(context, repo_url.host)
    refuse_signing(context, integration.host)
    folder = source_folder(context)
    owner = repo_url.owner or str(integration.username)
    branch = context.input.get("defaultBranch") or DEFAULT_BRANCH
    with _host(context, integration) as host:
        _create(context, host, repo_url, owner, is_own=owner == integration.username)
        remote_url = f"{integration.base_url}{path_of(owner, repo_url.repo)}.git"
        commit = push_workspace(
            context,
            integration,
            folder,
            remote_url=remote_url,
            branch=branch,
            authorization=_authorization(integration),
            message=_message(context),
        )
        _await_branch(context, lambda: _has_branch(host, owner, repo_url.repo, branch))
    context.output("remoteUrl", remote_url)
    context.output("commitHash", commit)
    context.output(
        "repoContentsUrl", f"{integration.base_url}{path_of(owner, repo_url.repo, 'src', 'branch', branch)}/"
    )


def _integration(context: ActionContext, host: str) -> GiteaIntegration:
    integration = context.tools.integrations.by_host(host)
    if not isinstance(integration, GiteaIntegration):
        raise InputError(
            f"No matching integration configuration for host {host}, please check your integrations config"
        )
    user_token(context, host)  # Refuses if only users' own tokens are allowed: this action has none.
    if not integration.username or not integration.password:
        raise InputError(
            f"Credentials for the gitea {host} required: set username and password of {host} at 'integrations.gitea'"
        )
    return integration


def _host(context: ActionContext, integration: GiteaIntegration) -> RestHost:
    account = Account(integration.host, "gitea", is_from_user=False, secrets=(str(integration.password),))
    headers = {"Authorization": _authorization(integration)}
    return RestHost(account, f"{integration.base_url}/api/v1", headers=headers, stop=context.stop)


def _authorization(integration: GiteaIntegration) -> str:
    return basic_authorization(str(integration.username), str(integration.password))


def _create(context: ActionContext, host: RestHost, repo_url: RepoUrl, owner: str, *, is_own: bool) -> None:
    name = f"{owner}/{repo_url.repo}"
    failing = f"Unable to create repository {name}"
    if not is_own and host.find("orgs", owner, failing=f"Unable to get the Organization: {owner}") is None:
        raise InputError(f"Organization {owner} do not exist. Please create it first !")
    body = {
        "name": repo_url.repo,
        "description": context.input["description"],
        "private": context.input.get("repoVisibility") == "private",
        "default_branch": context.input.get("defaultBranch") or DEFAULT_BRANCH,
    }

    def find() -> bool | None:
        return host.find("repos", owner, repo_url.repo, failing=failing) is not None or None

    def make() -> bool:
        path = ("user", "repos") if is_own else ("orgs", owner, "repos")
        host.post(*path, failing=failing, body=body)
        return True

    taken = f"{failing}: it is there already; choose another name, or delete it"
    make_once(context, f"repository:{name}", find=find, make=make, taken=taken)


def _message(context: ActionContext) -> str:
    """With a line that Gitea's users know changes by. The same at each attempt, since it makes the commit's hash."""
    change = hashlib.sha256(context.idempotency_key.encode()).hexdigest()[:40]
    return f"{commit_message(context)}\n\nChange-Id: I{change}"


def _has_branch(host: RestHost, owner: str, name: str, branch: str) -> bool:
    failing = f"Unable to get the repository: {owner}/{name} metadata"
    return host.find("repos", owner, name, "branches", branch, failing=failing) is not None


def _await_branch(context: ActionContext, has_branch: Callable[[], bool]) -> None:
    """Gitea shows what was pushed a moment later; steps that follow want to read it."""
    for _ in range(LOOKS):
        if has_branch():
            return
        context.stop.wait(SECONDS_BETWEEN)
    context.log.warn("Gitea does not show the branch yet; what reads it may have to wait")


ACTION = Action(
    id="publish:gitea",
    description="Makes a repository on Gitea or Forgejo and pushes the files of the workspace to it",
    run=publish_to_gitea,
    input=schema(
        {
            "repoUrl": text("'gitea.example.com?repo=<repository>&owner=<organization or user>'"),
            "description": text("What the repository is about"),
            "defaultBranch": text("The branch that gets the first commit; 'main' if it is left out"),
            "repoVisibility": choice("Who may see it; 'public' if it is left out", "private", "public"),
            "gitCommitMessage": GIT_COMMIT_MESSAGE,
            "gitAuthorName": GIT_AUTHOR_NAME,
            "gitAuthorEmail": GIT_AUTHOR_EMAIL,
            "sourcePath": SOURCE_PATH,
            "signCommit": SIGN_COMMIT,
        },
        ["repoUrl", "description"],
    ),
    output=schema(
        {
            "remoteUrl": text("Where git finds the repository"),
            "repoContentsUrl": text("Where its files are"),
            "commitHash": text("The hash of the first commit"),
        }
    ),
    examples=(
        Example(
            "Publish the workspace as a private repository",
            """
steps:
  - id: publish
    name: Publish to Gitea
    action: publish:gitea
    input:
      repoUrl: gitea.example.com?repo=shop&owner=team
      description: The online shop
      repoVisibility: private
""",
        ),
    ),
)
