"""Making a project, or recognising that it is there."""

from __future__ import annotations

from common.errors import ConflictError, InputError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm.once import make_once
from scaffolder.actions.scm.repo_url import RepoUrl

KEPT = ("id", "http_url_to_repo", "default_branch", "creator_id")


def find_project(host: GitlabHost, repo_url: RepoUrl, name: str) -> Record | None:
    return _kept(host.find("projects", f"{repo_url.owner}/{name}", failing=_failing(repo_url, name)))


def create_project(context: ActionContext, host: GitlabHost, repo_url: RepoUrl, namespace: int, user: int) -> Record:
    """
    ``id``, ``http_url_to_repo``, ``default_branch`` and ``creator_id``. ``user`` is who we are.

    Raises ConflictError if somebody else has made it.
    """
    body = _body(context, repo_url, namespace)
    name = body["path"]
    failing = _failing(repo_url, name)
    taken = f"{failing}: the project is there already; choose another name, or set 'skipExisting' to go on with it"

    def find() -> Record | None:
        found = find_project(host, repo_url, name)
        if found is not None and found["creator_id"] not in (None, user):
            raise ConflictError(taken)
        return found

    def make() -> Record:
        made = host.post("projects", failing=failing, body=body)
        host.need(made, "id", failing=failing)
        host.need(made, "http_url_to_repo", failing=failing)
        return _kept(made) or {}

    context.log.info(f"Creating repo {name} in namespace {repo_url.owner}.")
    project: Record = make_once(context, f"project:{repo_url.owner}/{name}", find=find, make=make, taken=taken)
    return project


def path_of_new(context: ActionContext, repo_url: RepoUrl) -> str:
    """``settings`` may name the project otherwise than the repoUrl does."""
    return str(context.input.get("settings", {}).get("path") or repo_url.repo)


def namespace_id(host: GitlabHost, owner: str) -> int:
    """Raises InputError if there is no such group or user."""
    failing = f"The namespace {owner} could not be read"
    found = host.find("namespaces", owner, failing=failing)
    if found is None:
        raise InputError(f"The namespace {owner} is not found or the user doesn't have permissions to access it")
    return int(host.need(found, "id", failing=failing))


def _body(context: ActionContext, repo_url: RepoUrl, namespace: int) -> Record:
    given = context.input
    topics = {"topics": given["topics"]} if given.get("topics") else {}
    settings = dict(given.get("settings") or {})
    if not settings.get("path"):
        settings["path"] = repo_url.repo
    visibility = given.get("repoVisibility") or "private"
    return {"namespace_id": namespace, "name": repo_url.repo, "visibility": visibility, **topics, **settings}


def _kept(project: Record | None) -> Record | None:
    return None if project is None else {key: project.get(key) for key in KEPT}


def _failing(repo_url: RepoUrl, name: str) -> str:
    return f"Unable to create the project {repo_url.owner}/{name}"
