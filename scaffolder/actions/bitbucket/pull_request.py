"""``publish:bitbucketCloud:pull-request``: the files of the workspace as a pull request."""

from __future__ import annotations

from typing import Any

from common.errors import InputError
from integrations.git.push import push_to_branch
from integrations.http.api_path import path_of
from integrations.scm.bitbucket import BitbucketCloudIntegration
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.bitbucket.host import (
    Credentials,
    bitbucket_credentials,
    bitbucket_host,
    bitbucket_integration,
)
from scaffolder.actions.bitbucket.repository import path_of_repository, quoted, repo_url_of
from scaffolder.actions.bitbucket.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm.once import step_time
from scaffolder.actions.scm.remote import check_remote
from scaffolder.actions.scm.repo_url import RepoUrl
from scaffolder.actions.scm.source import commit_author, source_folder
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_rest import RestHost
from scaffolder.actions.scm_schema import schema, text


def publish_pull_request(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError, NotFoundError or ServiceUnavailableError."""
    repo_url = repo_url_of(context)
    integration = bitbucket_integration(context, repo_url.host)
    credentials = bitbucket_credentials(context, integration)
    with bitbucket_host(context, integration, credentials) as host:
        target = context.input.get("targetBranch") or _default_branch(host, repo_url)
        if not _had_branch(context, host, repo_url):
            _push(context, integration, credentials, repo_url, target)
        context.output("pullRequestUrl", _open(context, host, repo_url, target))


def _default_branch(host: RestHost, repo_url: RepoUrl) -> str:
    failing = f"Could not fetch default branch for {repo_url.workspace}/{repo_url.repo}"
    branch = host.get(*path_of_repository(repo_url), failing=failing).get("mainbranch")
    if not branch:
        raise InputError(f"{failing}: it has none yet; push a first commit, or name 'targetBranch'")
    return str(host.need(branch, "name", failing=failing))


def _had_branch(context: ActionContext, host: RestHost, repo_url: RepoUrl) -> bool:
    """Whether the source branch was there before the first attempt: then it stays as it is."""
    branch = context.input["sourceBranch"]
    failing = f"Unable to get branches of {repo_url.workspace}/{repo_url.repo}"

    def look() -> bool:
        query: Query = {"q": f"name = {quoted(branch)}"}
        found = host.get(*path_of_repository(repo_url), "refs", "branches", failing=failing, query=query)
        return bool(host.need(found, "values", failing=failing))

    had_branch, _ = seen_before(context, f"branch:{repo_url.workspace}/{repo_url.repo}:{branch}", look)
    return bool(had_branch)


def _push(
    context: ActionContext,
    integration: BitbucketCloudIntegration,
    credentials: Credentials,
    repo_url: RepoUrl,
    target: str,
) -> None:
    branch = context.input["sourceBranch"]
    context.log.info(f"source branch not found -> creating branch named: {branch}")
    remote_url = f"{integration.base_url}{path_of(str(repo_url.workspace), repo_url.repo)}.git"
    check_remote(remote_url, integration)
    configured = context.tools.config.string("scaffolder.defaultCommitMessage")
    pushed = push_to_branch(
        source_folder(context),
        remote_url=remote_url,
        branch=branch,
        base=target,
        message=context.input.get("description") or configured or context.input["title"],
        author=commit_author(context),
        authorization=credentials.git,
        when=step_time(context),
    )
    if pushed is None:
        raise InputError(
            f"There is nothing to open a pull request for: the files of the workspace are on branch '{target}' of"
            f" {repo_url.workspace}/{repo_url.repo} already"
        )


def _open(context: ActionContext, host: RestHost, repo_url: RepoUrl, target: str) -> str:
    """Where the pull request is."""
    branch, title = context.input["sourceBranch"], context.input["title"]
    failing = f"Unable to create pull requests in {repo_url.workspace}/{repo_url.repo}"
    path = (*path_of_repository(repo_url), "pullrequests")
    query: Query = {
        "q": f"source.branch.name = {quoted(branch)} AND destination.branch.name = {quoted(target)}",
        "pagelen": 50,
    }

    def alike() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = host.need(
            host.get(*path, failing=failing, query=query), "values", failing=failing
        )
        return found

    label = f"pull-request:{repo_url.workspace}/{repo_url.repo}:{branch}"
    before, is_later = seen_before(context, label, lambda: [request["id"] for request in alike()])

    def open_or_find() -> str:
        new = [request for request in alike() if request["id"] not in before] if is_later else []
        request = next((item for item in new if item.get("title") == title), None)
        if request is None:
            request = host.post(*path, failing=failing, body=_body(context, target))
        return str(host.need(request, "links", "html", "href", failing=failing))

    return context.checkpoint(f"made:{label}", open_or_find)


def _body(context: ActionContext, target: str) -> dict[str, Any]:
    given = context.input
    summary = {"summary": {"raw": given["description"]}} if "description" in given else {}
    return {
        "title": given["title"],
        **summary,
        "state": "OPEN",
        "source": {"branch": {"name": given["sourceBranch"]}},
        "destination": {"branch": {"name": target}},
    }


ACTION = Action(
    id="publish:bitbucketCloud:pull-request",
    description="Opens a pull request on Bitbucket Cloud with the files of the workspace",
    run=publish_pull_request,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "title": text("The title of the pull request"),
            "description": text("The description of the pull request, which its commit says as well"),
            "targetBranch": text("The branch to merge into; the main branch if it is left out"),
            "sourceBranch": text("The branch to merge; the workspace is pushed to it unless it is there already"),
            "token": TOKEN,
            "gitAuthorName": text(
                "Whom the commit names as its author; 'Scaffolder' unless the configuration says otherwise"
            ),
            "gitAuthorEmail": text("The e-mail address of that author"),
        },
        ["repoUrl", "title", "sourceBranch"],
    ),
    output=schema({"pullRequestUrl": text("Where the pull request is")}, ["pullRequestUrl"]),
    examples=(
        Example(
            "Propose what the workspace holds",
            """
steps:
  - id: propose
    name: Open a pull request
    action: publish:bitbucketCloud:pull-request
    input:
      repoUrl: bitbucket.org?repo=shop&workspace=acme&project=SHOP
      title: Add a pipeline
      description: It builds and tests each change.
      sourceBranch: add-pipeline
      targetBranch: main
""",
        ),
    ),
)
