"""Sending the workspace to a repository of GitHub, and protecting the branch after that."""

from __future__ import annotations

from integrations.git.push import push_folder
from integrations.scm.integration import basic_authorization
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.errors import API_ERRORS
from scaffolder.actions.github.protection import protect_branch
from scaffolder.actions.github.repository import GithubRepository
from scaffolder.actions.scm.once import step_time
from scaffolder.actions.scm.remote import check_remote
from scaffolder.actions.scm.source import commit_author, commit_message, source_folder

DEFAULT_BRANCH = "main"


def push_and_protect(context: ActionContext, repository: GithubRepository, *, clone_url: str, html_url: str) -> None:
    """Push, protect, and give the outputs of ``properties.PUBLISHED``. Done again, it is the same commit."""
    branch = context.input.get("defaultBranch") or DEFAULT_BRANCH
    check_remote(clone_url, repository.integration)
    pushed = push_folder(
        source_folder(context),
        remote_url=clone_url,
        branch=branch,
        message=commit_message(context),
        author=commit_author(context),
        authorization=basic_authorization("x-access-token", repository.token),
        when=step_time(context),
    )
    context.log.info(f"Pushed commit {pushed.commit_hash} to '{branch}' of {repository.full_name}")
    if context.input.get("protectDefaultBranch", True):
        _protect(context, repository, branch)
    context.output("remoteUrl", clone_url)
    context.output("repoContentsUrl", f"{html_url}/blob/{branch}")
    context.output("commitHash", pushed.commit_hash)


def _protect(context: ActionContext, repository: GithubRepository, branch: str) -> None:
    """What is pushed is published: a branch that cannot be protected is a warning, as in the reference."""
    try:
        holds_for_admins = context.input.get("protectEnforceAdmins", True)
        protect_branch(context, repository, branch, holds_for_admins=holds_for_admins)
    except API_ERRORS as error:
        context.log.warn(f"Skipping: default branch protection on '{repository.name}', {error.message}")
