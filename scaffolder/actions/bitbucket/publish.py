"""``publish:bitbucketCloud``: a new repository with the files of the workspace."""

from __future__ import annotations

from typing import Any

from common.errors import ServiceUnavailableError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.bitbucket.host import bitbucket_credentials, bitbucket_host, bitbucket_integration
from scaffolder.actions.bitbucket.repository import path_of_repository, repo_url_of
from scaffolder.actions.bitbucket.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm.once import make_once
from scaffolder.actions.scm.repo_url import RepoUrl
from scaffolder.actions.scm.source import source_folder
from scaffolder.actions.scm_publish import push_workspace, refuse_signing, without_user
from scaffolder.actions.scm_rest import RestHost
from scaffolder.actions.scm_schema import GIT_COMMIT_MESSAGE, SIGN_COMMIT, SOURCE_PATH, choice, schema, text

DEFAULT_BRANCH = "master"


def publish_to_bitbucket(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError, NotFoundError or ServiceUnavailableError."""
    repo_url = repo_url_of(context, needs_project=True)
    integration = bitbucket_integration(context, repo_url.host)
    refuse_signing(context, integration.host)
    folder = source_folder(context)
    credentials = bitbucket_credentials(context, integration)
    with bitbucket_host(context, integration, credentials) as host:
        repository = _create(context, host, repo_url)
    branch = context.input.get("defaultBranch") or DEFAULT_BRANCH
    commit = push_workspace(
        context,
        integration,
        folder,
        remote_url=without_user(repository["clone"]),
        branch=branch,
        authorization=credentials.git,
    )
    context.output("commitHash", commit)
    context.output("remoteUrl", repository["clone"])
    context.output("repoContentsUrl", f"{repository['html']}/src/{branch}")


def _create(context: ActionContext, host: RestHost, repo_url: RepoUrl) -> dict[str, str]:
    """The addresses ``clone`` and ``html``."""
    name = f"{repo_url.workspace}/{repo_url.repo}"
    failing = f"Unable to create repository {name}"
    path = path_of_repository(repo_url)
    body = {
        "scm": "git",
        "is_private": context.input.get("repoVisibility", "private") == "private",
        "project": {"key": repo_url.project},
    }
    if "description" in context.input:
        body["description"] = context.input["description"]

    def find() -> dict[str, str] | None:
        found = host.find(*path, failing=failing)
        return None if found is None else _addresses(host, found, failing)

    repository: dict[str, str] = make_once(
        context,
        f"repository:{name}",
        find=find,
        make=lambda: _addresses(host, host.post(*path, failing=failing, body=body), failing),
        taken=f"{failing}: it is there already; choose another name, or delete it",
    )
    return repository


def _addresses(host: RestHost, answer: dict[str, Any], failing: str) -> dict[str, str]:
    html = host.need(answer, "links", "html", "href", failing=failing)
    for link in host.need(answer, "links", "clone", failing=failing):
        if link.get("name") == "https":
            return {"clone": str(link["href"]), "html": str(html)}
    raise ServiceUnavailableError(f"{failing}: Bitbucket does not say where it is cloned from by https")


ACTION = Action(
    id="publish:bitbucketCloud",
    description="Makes a repository on Bitbucket Cloud and pushes the files of the workspace to it",
    run=publish_to_bitbucket,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "description": text("What the repository is about"),
            "defaultBranch": text("The branch that gets the first commit; 'master' if it is left out"),
            "repoVisibility": choice("Who may see it; 'private' if it is left out", "private", "public"),
            "gitCommitMessage": GIT_COMMIT_MESSAGE,
            "sourcePath": SOURCE_PATH,
            "token": TOKEN,
            "signCommit": SIGN_COMMIT,
        },
        ["repoUrl"],
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
    name: Publish to Bitbucket
    action: publish:bitbucketCloud
    input:
      repoUrl: bitbucket.org?repo=shop&workspace=acme&project=SHOP
      defaultBranch: main
""",
        ),
    ),
)
