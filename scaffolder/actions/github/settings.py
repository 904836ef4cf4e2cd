"""Making a repository with all its settings. Each setting may be made again and is the same then."""

from __future__ import annotations

import re
from typing import Any

from common.errors import InputError, NotAllowedError, NotFoundError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.errors import API_ERRORS
from scaffolder.actions.github.repository import GithubRepository
from scaffolder.actions.github.secrets import set_repository_secrets, set_variable
from scaffolder.actions.scm.once import make_once

Json = Any
# GitHub's words and the defaults; without one, GitHub's own default or the organization's.
SETTINGS: dict[str, tuple[str, Json]] = {
    "allowAutoMerge": ("allow_auto_merge", False),
    "allowMergeCommit": ("allow_merge_commit", True),
    "allowRebaseMerge": ("allow_rebase_merge", True),
    "allowSquashMerge": ("allow_squash_merge", True),
    "allowUpdateBranch": ("allow_update_branch", False),
    "autoInit": ("auto_init", None),
    "deleteBranchOnMerge": ("delete_branch_on_merge", False),
    "description": ("description", None),
    "hasIssues": ("has_issues", None),
    "hasProjects": ("has_projects", None),
    "hasWiki": ("has_wiki", None),
    "homepage": ("homepage", None),
    "squashMergeCommitMessage": ("squash_merge_commit_message", "COMMIT_MESSAGES"),
    "squashMergeCommitTitle": ("squash_merge_commit_title", "COMMIT_OR_PR_TITLE"),
}


def make_repository(context: ActionContext, repository: GithubRepository) -> Json:
    """
    The new repository as GitHub describes it: ``clone_url``, ``html_url``, ``default_branch``.

    Raises ConflictError if it was there before this step; NotFoundError if there is no such owner or team.
    """
    made = make_once(
        context,
        "repository",
        find=lambda: _gist(repository.find()),
        make=lambda: _gist(_create(context, repository)),
        taken=(
            f"Failed to create the repository {repository.full_name} on {repository.api.host}: it exists already;"
            " choose another name, or publish to it with 'github:repo:push'"
        ),
    )
    context.checkpoint("configured:repository", lambda: _configure(context, repository))
    return made


def _gist(description: Json | None) -> Json | None:
    names = ("clone_url", "html_url", "default_branch")
    return None if description is None else {name: description.get(name) for name in names}


def _create(context: ActionContext, repository: GithubRepository) -> Json:
    given = context.input
    owner = repository.api.call("GET", path_of("users", repository.owner), doing=f"find the owner {repository.owner}")
    _check_access_team(context, repository)
    body = {name: given.get(key, default) for key, (name, default) in SETTINGS.items()}
    visibility = given.get("repoVisibility", "private")
    body |= {"name": repository.name, "private": visibility == "private"}
    path = "/user/repos"
    if owner["type"] == "Organization":
        path = path_of("orgs", repository.owner, "repos")
        body |= {"visibility": visibility, "custom_properties": given.get("customProperties")}
    else:
        _check_user(repository)
    doing = f"create the {owner['type']} repository {repository.full_name}"
    try:
        return repository.api.call("POST", path, _present(body), doing=doing)
    except NotAllowedError as error:
        if "Resource not accessible by integration" in error.message:
            context.log.warn(f"The GitHub app or token provided may not have the required permissions to {doing}.")
        raise


def _check_access_team(context: ActionContext, repository: GithubRepository) -> None:
    team = _access_team(context, repository)
    if (
        team
        and repository.api.find(path_of("orgs", repository.owner, "teams", team), doing=f"find the team {team}") is None
    ):
        raise NotFoundError(
            f"The input 'access' names the team '{team}' of '{repository.owner}', which GitHub does not know"
        )


def _check_user(repository: GithubRepository) -> None:
    """GitHub makes a user's repository for whom the token belongs to, whatever name was asked for."""
    try:
        user = repository.api.call("GET", "/user", doing="find out whom the token belongs to")
    except NotAllowedError:
        return  # An app's token belongs to nobody; making the repository is refused with a message of its own.
    if user["login"].lower() != repository.owner.lower():
        raise InputError(
            f"The repository {repository.full_name} cannot be created: '{repository.owner}' is a user, and the token"
            f" belongs to '{user['login']}'"
        )


def _configure(context: ActionContext, repository: GithubRepository) -> None:
    given = context.input
    _grant_access(context, repository)
    for collaborator in given.get("collaborators") or ():
        _add_collaborator(context, repository, collaborator)
    if given.get("topics"):
        _set_topics(context, repository, given["topics"])
    for name, value in (given.get("repoVariables") or {}).items():
        set_variable(repository, repository.path("actions", "variables"), name, value)
    set_repository_secrets(repository, given.get("secrets") or {})
    _set_rest(context, repository)


def _grant_access(context: ActionContext, repository: GithubRepository) -> None:
    access = context.input.get("access")
    team = _access_team(context, repository)
    if team:
        _add_team(repository, team, "admin")
    elif access and access != repository.owner:
        _add_user(repository, access, "admin")


def _access_team(context: ActionContext, repository: GithubRepository) -> str | None:
    access = str(context.input.get("access") or "")
    prefix = f"{repository.owner}/"
    return access.removeprefix(prefix) if access.startswith(prefix) else None


def _add_collaborator(context: ActionContext, repository: GithubRepository, collaborator: Json) -> None:
    """One who cannot be added is left out with a warning, as in the reference."""
    name = collaborator.get("user") or collaborator.get("team")
    try:
        if "user" in collaborator:
            _add_user(repository, _name_of(name), collaborator["access"])
        else:
            _add_team(repository, _name_of(name), collaborator["access"])
    except API_ERRORS as error:
        context.log.warn(f"Skipping {collaborator['access']} access for {name}, {error.message}")


def _add_user(repository: GithubRepository, user: str, permission: str) -> None:
    doing = f"give the user '{user}' {permission} access to"
    repository.call("PUT", "collaborators", user, body={"permission": permission}, doing=doing)


def _add_team(repository: GithubRepository, team: str, permission: str) -> None:
    path = path_of("orgs", repository.owner, "teams", team, "repos", repository.owner, repository.name)
    doing = f"give the team '{team}' {permission} access to {repository.full_name}"
    repository.api.call("PUT", path, {"permission": permission}, doing=doing)


def _set_topics(context: ActionContext, repository: GithubRepository, topics: list[str]) -> None:
    names = [topic.lower() for topic in topics]
    try:
        repository.call("PUT", "topics", body={"names": names}, doing="set the topics of")
    except API_ERRORS as error:
        context.log.warn(f"Skipping topics {' '.join(topics)}, {error.message}")


def _set_rest(context: ActionContext, repository: GithubRepository) -> None:
    given = context.input
    oidc = given.get("oidcCustomization")
    if oidc:
        body = {"use_default": oidc.get("useDefault"), "include_claim_keys": oidc.get("includeClaimKeys")}
        segments = ("actions", "oidc", "customization", "sub")
        repository.call("PUT", *segments, body=_present(body), doing="set the OpenID Connect subject of")
    if given.get("subscribe"):
        body = {"subscribed": True, "ignored": False}
        repository.call("PUT", "subscription", body=body, doing="subscribe to")
    if given.get("workflowAccess"):
        body = {"access_level": given["workflowAccess"]}
        repository.call("PUT", "actions", "permissions", "access", body=body, doing="set the access to workflows of")


def _name_of(entity_ref: str) -> str:
    """``alice`` of ``user:default/alice``."""
    return re.split(r"[:/]", entity_ref)[-1]


def _present(body: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in body.items() if value is not None}
