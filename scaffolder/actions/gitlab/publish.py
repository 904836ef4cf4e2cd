"""``publish:gitlab``: a new project with the files of the workspace."""

from __future__ import annotations

from pathlib import Path

from common.errors import InputError
from integrations.scm.integration import basic_authorization
from scaffolder.actions.action import Action, ActionContext
from scaffolder.actions.gitlab.branches import create_branch, protect_branch
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.new_project import create_project, find_project, namespace_id, path_of_new
from scaffolder.actions.gitlab.owners import add_named_owner, add_owner, check_owner_inputs
from scaffolder.actions.gitlab.project import repo_url_of
from scaffolder.actions.gitlab.publish_schema import EXAMPLES, INPUT, OUTPUT
from scaffolder.actions.gitlab.variables import create_variable
from scaffolder.actions.scm.credentials import ScmToken
from scaffolder.actions.scm.repo_url import RepoUrl
from scaffolder.actions.scm.source import source_folder
from scaffolder.actions.scm_publish import push_workspace, refuse_signing

DEFAULT_BRANCH = "master"


def publish_to_gitlab(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError, NotFoundError or ServiceUnavailableError."""
    repo_url = _checked(context)
    with gitlab_host(context, repo_url.host) as host:
        namespace = namespace_id(host, str(repo_url.owner))
        found = _existing(context, host, repo_url)
        if found is not None:
            context.log.info(f"Repo {repo_url.repo} already exists in namespace {repo_url.owner}.")
            _give(context, found, found["default_branch"], is_new=False)
            return
        folder = _folder(context)
        failing = "The user of the token could not be read"
        user = int(host.need(host.get("user", failing=failing), "id", failing=failing))
        project = create_project(context, host, repo_url, namespace, user)
        _add_owners(context, host, project["id"], user)
        if folder is not None:
            _push(context, host, folder, project)
            _make_branches(context, host, project["id"])
        for variable in context.input.get("projectVariables") or ():
            create_variable(context, host, project["id"], _with_defaults(variable))
    _give(context, project, _default_branch(context), is_new=True)


def _checked(context: ActionContext) -> RepoUrl:
    """All that can be known to be wrong before anything is made."""
    repo_url = repo_url_of(context)
    if not repo_url.owner or not repo_url.repo:
        raise InputError(
            f"No owner provided for host: {repo_url.host}, and repo {repo_url.repo}; name both in the repoUrl"
        )
    check_owner_inputs(context)
    refuse_signing(context, repo_url.host)
    return repo_url


def _existing(context: ActionContext, host: GitlabHost, repo_url: RepoUrl) -> Record | None:
    """What was there before the first attempt, if the step is to go on with it."""
    if not context.input.get("skipExisting"):
        return None
    name = path_of_new(context, repo_url)
    return context.checkpoint(f"existing:{repo_url.owner}/{name}", lambda: find_project(host, repo_url, name))


def _add_owners(context: ActionContext, host: GitlabHost, project: int, user: int) -> None:
    is_wanted, name = context.input.get("setUserAsOwner"), context.input.get("ownerUsername")
    own = host.integration.token
    if not (is_wanted or name):
        return
    if own is None:
        context.log.warn(f"No owner is added: the integration of {host.integration.host} has no token that could do it")
        return
    with gitlab_host(context, host.integration.host, ScmToken(own, is_from_user=False)) as admin:
        if is_wanted:
            add_owner(admin, project, user)
        if name:
            add_named_owner(context, admin, project, name)


def _push(context: ActionContext, host: GitlabHost, folder: Path, project: Record) -> None:
    commit = push_workspace(
        context,
        host.integration,
        folder,
        remote_url=project["http_url_to_repo"],
        branch=_default_branch(context),
        authorization=basic_authorization("oauth2", host.token.token),
    )
    context.output("commitHash", commit)


def _make_branches(context: ActionContext, host: GitlabHost, project: int) -> None:
    for branch in context.input.get("branches") or ():
        if branch.get("create"):
            create_branch(context, host, project, branch["name"], branch.get("ref") or DEFAULT_BRANCH)
        if branch.get("protect"):
            protect_branch(context, host, project, branch["name"])


def _give(context: ActionContext, project: Record, branch: str | None, *, is_new: bool) -> None:
    remote_url = project["http_url_to_repo"].removesuffix(".git")
    context.output("remoteUrl", remote_url)
    context.output("repoContentsUrl", f"{remote_url}/-/blob/{branch or DEFAULT_BRANCH}")
    context.output("projectId", project["id"])
    context.output("created", is_new)


def _default_branch(context: ActionContext) -> str:
    return str(context.input.get("defaultBranch") or DEFAULT_BRANCH)


def _folder(context: ActionContext) -> Path | None:
    """What is published; None if the project shall stay empty."""
    wanted = context.input.get("sourcePath", True)
    if wanted is False:
        return None
    return context.workspace.root if wanted is True else source_folder(context)


def _with_defaults(variable: Record) -> Record:
    return {
        "variable_type": "env_var",
        "protected": False,
        "masked": False,
        "masked_and_hidden": False,
        "raw": False,
        "environment_scope": "*",
        **variable,
    }


ACTION = Action(
    id="publish:gitlab",
    description="Makes a GitLab project and pushes the files of the workspace to it",
    run=publish_to_gitlab,
    input=INPUT,
    output=OUTPUT,
    examples=EXAMPLES,
)
