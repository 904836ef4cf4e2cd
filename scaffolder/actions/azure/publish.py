"""``publish:azure``: a new repository in a project of Azure DevOps, with the files of the workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from common.errors import InputError
from integrations.http.api_path import path_of
from integrations.scm.azure import AzureIntegration
from integrations.scm.integration import basic_authorization
from integrations.whatwg import parse_url
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm.credentials import user_token
from scaffolder.actions.scm.once import make_once
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url
from scaffolder.actions.scm.source import source_folder
from scaffolder.actions.scm_faults import Account
from scaffolder.actions.scm_publish import push_workspace, refuse_signing, without_user
from scaffolder.actions.scm_rest import RestHost
from scaffolder.actions.scm_schema import (
    GIT_AUTHOR_EMAIL,
    GIT_AUTHOR_NAME,
    GIT_COMMIT_MESSAGE,
    SIGN_COMMIT,
    SOURCE_PATH,
    schema,
    text,
)

DEFAULT_BRANCH = "master"
API_VERSION = {"api-version": "7.0"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """``authorization`` is the header for the API and for git alike."""

    account: Account
    authorization: str = field(repr=False)


def publish_to_azure(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError, NotFoundError or ServiceUnavailableError."""
    repo_url = parse_repo_url(context.input["repoUrl"], context.tools.integrations)
    organization = repo_url.organization
    if not organization:
        raise InputError(
            f"Invalid URL provider was included in the repo URL to create {context.input['repoUrl']},"
            " missing organization; add '&organization=<name>'"
        )
    integration = context.tools.integrations.by_host(repo_url.host)
    if not isinstance(integration, AzureIntegration):
        raise InputError(
            f"No matching integration configuration for host {repo_url.host}, please check your integrations config"
        )
    refuse_signing(context, integration.host)
    folder = source_folder(context)
    base_url = f"{integration.base_url or f'https://{integration.host}'}{path_of(organization)}"
    credentials = _credentials(context, integration, base_url)
    headers = {"Authorization": credentials.authorization}
    with RestHost(credentials.account, base_url, headers=headers, stop=context.stop, query=API_VERSION) as host:
        repository = _create(context, host, repo_url)
    commit = push_workspace(
        context,
        integration,
        folder,
        remote_url=without_user(repository["remoteUrl"]),
        branch=context.input.get("defaultBranch") or DEFAULT_BRANCH,
        authorization=credentials.authorization,
    )
    context.output("commitHash", commit)
    context.output("remoteUrl", repository["remoteUrl"])
    context.output("repoContentsUrl", repository["webUrl"])
    context.output("repositoryId", repository["id"])


def _credentials(context: ActionContext, integration: AzureIntegration, base_url: str) -> Credentials:
    """The user's own, else the integration's for this organization. Raises InputError if there are none."""
    given = user_token(context, integration.host)
    if given is not None:
        account = Account(integration.host, "azure", is_from_user=True, secrets=(given.token,))
        return Credentials(account, basic_authorization("", given.token))
    authorization = integration.authorization(parse_url(base_url))
    if authorization is None:
        raise InputError(
            f"No credentials provided {base_url}, please check your integrations config: give the input 'token', or a"
            " personal access token for this organization at 'integrations.azure'"
        )
    secrets = tuple(token.secret for token in integration.tokens)
    return Credentials(Account(integration.host, "azure", is_from_user=False, secrets=secrets), authorization)


def _create(context: ActionContext, host: RestHost, repo_url: RepoUrl) -> dict[str, Any]:
    """Its ``id``, ``remoteUrl`` and ``webUrl``."""
    organization, project, repo = str(repo_url.organization), str(repo_url.project), repo_url.repo
    failing = (
        f"Unable to create the repository with Organization {organization}, Project {project} and Repo {repo}."
        " Please make sure that both the Org and Project are typed correctly and exist"
    )
    path = (project, "_apis", "git", "repositories")

    def kept(answer: dict[str, Any] | None) -> dict[str, Any] | None:
        if answer is None:
            return None
        return {key: host.need(answer, key, failing=failing) for key in ("id", "remoteUrl", "webUrl")}

    repository: dict[str, Any] = make_once(
        context,
        f"repository:{organization}/{project}/{repo}",
        find=lambda: kept(host.find(*path, repo, failing=failing)),
        make=lambda: kept(host.post(*path, failing=failing, body={"name": repo})),
        taken=f"The repository {repo} is there already in Project {project} of Organization {organization};"
        " choose another name, or delete it",
    )
    return repository


ACTION = Action(
    id="publish:azure",
    description="Makes a repository on Azure DevOps and pushes the files of the workspace to it",
    run=publish_to_azure,
    input=schema(
        {
            "repoUrl": text("'dev.azure.com?organization=<organization>&project=<project>&repo=<repository>'"),
            "description": text("What the repository is about; Azure DevOps does not keep it"),
            "defaultBranch": text("The branch that gets the first commit; 'master' if it is left out"),
            "sourcePath": SOURCE_PATH,
            "token": text("The user's own token for Azure DevOps; the integration's if it is left out"),
            "gitCommitMessage": GIT_COMMIT_MESSAGE,
            "gitAuthorName": GIT_AUTHOR_NAME,
            "gitAuthorEmail": GIT_AUTHOR_EMAIL,
            "signCommit": SIGN_COMMIT,
        },
        ["repoUrl"],
    ),
    output=schema(
        {
            "remoteUrl": text("Where git finds the repository"),
            "repoContentsUrl": text("Where its files are"),
            "repositoryId": text("The repository's id"),
            "commitHash": text("The hash of the first commit"),
        }
    ),
    examples=(
        Example(
            "Publish the workspace",
            """
steps:
  - id: publish
    name: Publish to Azure DevOps
    action: publish:azure
    input:
      repoUrl: dev.azure.com?organization=acme&project=shop&repo=backend
      defaultBranch: main
""",
        ),
    ),
)
