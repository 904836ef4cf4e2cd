"""Files as a tree of GitHub, made through the API: what a commit of a pull request changes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from common.errors import InputError
from integrations.git.work_tree import WorkTreeFile, is_git_name, read_work_tree
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.repository import GithubRepository
from scaffolder.actions.scm.source import source_folder
from scaffolder.workspace.workspace import split_path

Json = Any
# Text travels inside the tree, some megabytes of it in one request; other files are sent one by one before it.
MAX_TREE_BYTES = 2 * 1024 * 1024
MAX_TREE_ENTRIES = 500
MAX_INLINE_BYTES = 256 * 1024


def write_tree(context: ActionContext, repository: GithubRepository, *, home: str, base_tree: str, base: str) -> str:
    """
    ``base_tree`` with the workspace's files in it, and without those to delete, at the owner ``home``. Its id.

    ``base`` is the commit that the tree is of. Raises NotAllowedError for a path that leads out of the repository.
    """
    tree = base_tree
    removed = {_path_in_repository(context, path) for path in context.input.get("filesToDelete") or ()}
    for entries in _batches(_entries(context, repository, home, removed)):
        tree = _create_tree(repository, home, tree, entries)
    deletions = [
        {"path": path, "mode": "100644", "type": "blob", "sha": None}
        for path in sorted(removed)
        if _exists(repository, path, base)
    ]
    return _create_tree(repository, home, tree, deletions) if deletions else tree


def _entries(
    context: ActionContext, repository: GithubRepository, home: str, removed: set[str]
) -> Iterator[tuple[Json, int]]:
    """Entries of the tree, with how many bytes they take in the request."""
    for file in read_work_tree(source_folder(context)):
        path = _path_in_repository(context, _text(file.path))
        if path not in removed:
            mode = "100755" if file.is_executable else "100644"
            content, size = _content(repository, home, file)
            yield {"path": path, "mode": mode, "type": "blob", **content}, size


def _content(repository: GithubRepository, home: str, file: WorkTreeFile) -> tuple[Json, int]:
    if len(file.data) <= MAX_INLINE_BYTES and b"\0" not in file.data:
        try:
            return {"content": file.data.decode()}, len(file.data)
        except UnicodeDecodeError:
            pass
    body = {"content": base64.b64encode(file.data).decode(), "encoding": "base64"}
    path = path_of("repos", home, repository.name, "git", "blobs")
    doing = f"send the file '{_text(file.path)}' to {home}/{repository.name}"
    return {"sha": repository.api.call("POST", path, body, doing=doing)["sha"]}, 0


def _batches(entries: Iterator[tuple[Json, int]]) -> Iterator[list[Json]]:
    batch: list[Json] = []
    total = 0
    for entry, size in entries:
        if batch and (len(batch) >= MAX_TREE_ENTRIES or total + size > MAX_TREE_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += size
    if batch:
        yield batch


def _create_tree(repository: GithubRepository, home: str, base_tree: str, entries: list[Json]) -> str:
    path = path_of("repos", home, repository.name, "git", "trees")
    doing = f"send the files to {home}/{repository.name}"
    answer = repository.api.call("POST", path, {"base_tree": base_tree, "tree": entries}, doing=doing)
    return str(answer["sha"])


def _exists(repository: GithubRepository, path: str, commit: str) -> bool:
    """To delete what is not there would be refused."""
    url = f"{repository.path('contents', *path.split('/'))}?ref={commit}"
    return repository.api.find(url, doing=f"look for '{path}' in {repository.full_name}") is not None


def _path_in_repository(context: ActionContext, path: str) -> str:
    """Below ``targetPath``. Raises NotAllowedError if it leads outside, InputError if it is none, or git's own."""
    names = split_path(f"./{context.input.get('targetPath') or '.'}/{path}")
    if not names or any(is_git_name(name.encode()) for name in names):
        raise InputError(f"'{path}' is not the path of a file in a repository")
    return "/".join(names)


def _text(path: bytes) -> str:
    try:
        return path.decode()
    except UnicodeDecodeError:
        raise InputError(f"The name of the file {path!r} is not UTF-8, which GitHub's API needs") from None
