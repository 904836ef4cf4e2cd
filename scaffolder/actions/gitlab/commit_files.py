"""
Which files of the workspace become part of a commit through GitLab's API, and how.

GitLab wants to be told of each file whether it is new, changed or to be deleted. ``auto`` finds out by comparing git's
own ids of the contents, for which one listing of the branch is enough.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError
from integrations.git.work_tree import WorkTreeFile, read_work_tree
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm_http import Query
from scaffolder.workspace.workspace import split_path

EXECUTABLE = "100755"
# GitLab refuses larger requests; base64 adds a third.
MAX_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """``action`` is the step's ``commitAction``; the files below ``folder`` go into ``target``."""

    project: str
    branch: str | None
    folder: Path
    target: str | None
    action: str


def commit_actions(host: GitlabHost, plan: CommitPlan) -> list[Record]:
    """
    What ``POST …/repository/commits`` takes as ``actions``; empty if nothing changes.

    ``plan.branch`` is whose files are there already; None if there are none. Raises InputError for a path that is
    none, a branch that is not there, or too many bytes.
    """
    if plan.action == "skip":
        return []
    target = "/".join(split_path(plan.target or "."))
    present = _present_files(host, plan, target) if plan.action == "auto" and plan.branch else {}
    actions: list[Record] = []
    size = 0
    for file in read_work_tree(plan.folder):
        path = _path_of(file, target)
        found = (
            _automatic(file, path, present.get(path)) if plan.action == "auto" else [_action(plan.action, file, path)]
        )
        actions += found
        size += len(file.data) if found else 0
        if size > MAX_BYTES:
            raise InputError(f"The files to commit have more than {MAX_BYTES} bytes, which GitLab's API does not take")
    return actions


def _present_files(host: GitlabHost, plan: CommitPlan, target: str) -> dict[str, Record]:
    """By path. Raises InputError if there is no such branch."""
    failing = f"Could not retrieve the list of files for {plan.project} (branch: {plan.branch})"
    query: Query = {
        "ref": plan.branch or "",
        "recursive": True,
        "pagination": "keyset",
        **({"path": target} if target else {}),
    }
    try:
        entries = host.list_all("projects", plan.project, "repository", "tree", failing=failing, query=query)
    except InputError:
        if not target:
            raise
        return {}  # GitLab says 404 of a folder that is not there.
    return {entry["path"]: entry for entry in entries if entry.get("type") == "blob"}


def _automatic(file: WorkTreeFile, path: str, present: Record | None) -> list[Record]:
    if present is None:
        return [_action("create", file, path)]
    actions = [] if _has_id(file, str(present.get("id"))) else [_action("update", file, path)]
    if file.is_executable != (present.get("mode") == EXECUTABLE):
        # To change what is there already does not change its mode.
        actions.append({"action": "chmod", "file_path": path, "execute_filemode": file.is_executable})
    return actions


def _action(action: str, file: WorkTreeFile, path: str) -> Record:
    if action == "delete":
        return {"action": action, "file_path": path}
    return {
        "action": action,
        "file_path": path,
        "encoding": "base64",
        "content": base64.b64encode(file.data).decode("ascii"),
        "execute_filemode": file.is_executable,
    }


def _has_id(file: WorkTreeFile, object_id: str) -> bool:
    """Whether git gives this content that id. Repositories have ids of 40 or of 64 digits."""
    content = b"blob %d\0%b" % (len(file.data), file.data)
    if len(object_id) == 64:
        return hashlib.sha256(content).hexdigest() == object_id
    return hashlib.sha1(content, usedforsecurity=False).hexdigest() == object_id


def _path_of(file: WorkTreeFile, target: str) -> str:
    try:
        path = file.path.decode()
    except UnicodeDecodeError:
        raise InputError(f"The name of the file {file.path!r} is not UTF-8, which GitLab's API wants") from None
    return f"{target}/{path}" if target else path
