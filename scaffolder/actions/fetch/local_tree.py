"""Files that lie in a folder of this machine, behind the safe door, as a tree."""

from __future__ import annotations

from common.errors import CallboardError, NotFoundError
from integrations.reading import Tree, TreeFile
from scaffolder.workspace.workspace import Entry, Workspace, split_path


def list_tree(folder: Workspace, path: str, *, where: str) -> Tree:
    """
    The folder at ``path``, or the one file there. Links are left out. ``where`` says in messages where that is.

    Raises NotAllowedError for a path that leads outside or over a link, CallboardError if nothing is there.
    """
    entry = _find(folder, path, where)
    if not entry.is_folder:
        return Tree((_file(folder, entry, "", where),))
    start = 0 if entry.path == "." else len(entry.path) + 1
    entries = list(folder.walk(entry.path))
    return Tree(
        files=tuple(_file(folder, inner, inner.path[start:], where) for inner in entries if not inner.is_folder),
        folders=tuple(inner.path[start:] for inner in entries if inner.is_folder),
    )


def read_local_file(folder: Workspace, path: str, *, where: str) -> tuple[bytes, bool]:
    """Its content, and whether it is executable. Raises as ``list_tree``, and CallboardError for a folder."""
    entry = _find(folder, path, where)
    if entry.is_folder:
        raise CallboardError(f"'{path}' {where} is a folder, not a file")
    return folder.read_bytes(entry.path), entry.is_executable


def _find(folder: Workspace, path: str, where: str) -> Entry:
    names = split_path(path)
    try:
        entry = folder.find("/".join(names)) if names else Entry(".", True)
    except FileNotFoundError:
        entry = None
    if entry is None:
        raise CallboardError(f"There is no '{path}' {where}")
    return entry


def _file(folder: Workspace, entry: Entry, path: str, where: str) -> TreeFile:
    def read() -> bytes:
        try:
            return folder.read_bytes(entry.path)
        except NotFoundError:
            raise CallboardError(f"'{entry.path}' {where} is gone") from None

    return TreeFile(path, read, entry.is_executable)
