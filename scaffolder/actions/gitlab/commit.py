"""One commit on a branch through GitLab's API, recognised if an attempt before has made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query


@dataclass(frozen=True, slots=True)
class Commit:
    """``failing`` begins the message if GitLab refuses it."""

    project: str
    branch: str
    message: str
    failing: str


def commit_once(
    context: ActionContext,
    host: GitlabHost,
    commit: Commit,
    *,
    actions: Callable[[], list[Record]],
    allow_empty: bool | None = None,
) -> str | None:
    """
    The commit's hash; None if there are no actions and it may not be empty.

    ``actions`` is asked only if the commit is not there yet: afterwards it would find nothing left to do.
    """
    name = f"{commit.project}:{commit.branch}"
    base, is_later = seen_before(context, f"commit:{name}", lambda: _head(host, commit))

    def make_or_find() -> str | None:
        made = _find(host, commit, base) if is_later else None
        return made if made is not None else _make(host, commit, actions(), allow_empty)

    return context.checkpoint(f"made:commit:{name}", make_or_find)


def _make(host: GitlabHost, commit: Commit, actions: list[Record], allow_empty: bool | None) -> str | None:
    if not actions and not allow_empty:
        return None
    body: Record = {"branch": commit.branch, "commit_message": commit.message, "actions": actions}
    if allow_empty is not None:
        body["allow_empty"] = allow_empty
    answer = host.post("projects", commit.project, "repository", "commits", failing=commit.failing, body=body)
    return str(host.need(answer, "id", failing=commit.failing))


def _head(host: GitlabHost, commit: Commit) -> str:
    """The branch's last commit; empty if there is no such branch, as in a repository without commits."""
    branch = host.find("projects", commit.project, "repository", "branches", commit.branch, failing=commit.failing)
    return "" if branch is None else str(host.need(branch, "commit", "id", failing=commit.failing))


def _find(host: GitlabHost, commit: Commit, base: str) -> str | None:
    """The commit that stands right on ``base`` and says the message, whatever was put on top of it."""
    if not base and not _head(host, commit):
        return None
    query: Query = {"ref_name": f"{base}..{commit.branch}" if base else commit.branch}
    path = ("projects", commit.project, "repository", "commits")
    for found in host.list_all(*path, failing=commit.failing, query=query):
        says = str(found.get("message", "")).strip()
        if found.get("parent_ids") == ([base] if base else []) and says == commit.message.strip():
            return str(found["id"])
    return None
