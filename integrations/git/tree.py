"""Finding files in the folders of a commit: one by its path, or many by a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import re2

from common.errors import InputError
from common.glob_pattern import compile_glob
from integrations.git.command import GitFault
from integrations.git.objects import ObjectStore, TreeEntry

MAGIC = re.compile(r"[*?\[{]")
MAX_VISITED = 200_000
MAX_MATCHES = 10_000
MAX_DEPTH = 100


def find_entry(store: ObjectStore, tree: str, path: str) -> TreeEntry | None:
    """
    What lies at ``path``, or None. Links are not followed: what lies behind one does not exist.

    Raises GitFault if a link or submodule lies on the way or at its end.
    """
    entry = TreeEntry("", "folder", tree)
    for segment in filter(None, path.split("/")):
        if entry.type != "folder":
            return None
        found = next((child for child in store.list_tree(entry.object_id) if child.name == segment), None)
        if found is None:
            return None
        if found.type in ("link", "submodule"):
            raise GitFault(f"'{segment}' in '{path}' is a {_word(found)}, which is not followed")
        entry = found
    return entry


def find_matches(store: ObjectStore, tree: str, pattern: str) -> list[tuple[str, TreeEntry]]:
    """
    All files whose path matches, in order. As in Backstage, ``*`` does not match names that begin with a dot.

    Links and submodules never match. Raises InputError for a pattern that is none, or that matches too much.
    """
    matches = _compile(pattern)
    folder = MAGIC.split(pattern, maxsplit=1)[0].rpartition("/")[0]
    start = find_entry(store, tree, folder)
    if start is None or start.type != "folder":
        return []
    depth = MAX_DEPTH if "**" in pattern or "{" in pattern else pattern.count("/") + 1
    found = []
    for path, entry in _walk(store, start.object_id, f"{folder}/" if folder else "", depth, "/." in f"/{pattern}"):
        if matches.fullmatch(path):
            found.append((path, entry))
            if len(found) > MAX_MATCHES:
                raise InputError(f"The pattern '{pattern}' matches more than {MAX_MATCHES} files; make it narrower")
    return found


def path_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a path of a repository is meant, by the same rules. Raises InputError for a pattern that is none."""
    if not MAGIC.search(pattern):
        return lambda path: path == pattern
    matches, with_hidden = _compile(pattern), "/." in f"/{pattern}"
    return lambda path: (with_hidden or "/." not in f"/{path}") and matches.fullmatch(path) is not None


def _walk(
    store: ObjectStore, tree: str, prefix: str, max_depth: int, with_hidden: bool
) -> Iterator[tuple[str, TreeEntry]]:
    visited = 0
    waiting = [(prefix, tree)]
    while waiting:
        path, current = waiting.pop()
        folders = []
        for entry in store.list_tree(current):
            visited += 1
            if visited > MAX_VISITED:
                raise InputError(f"More than {MAX_VISITED} files lie below '{prefix}'; make the pattern narrower")
            if entry.name.startswith(".") and not with_hidden:
                continue
            if entry.type == "file":
                yield path + entry.name, entry
            elif entry.type == "folder" and path.count("/") + 1 < max_depth:
                folders.append((f"{path}{entry.name}/", entry.object_id))
        waiting.extend(reversed(folders))


def _compile(pattern: str) -> re.Pattern[str]:
    # RE2, since patterns come from strangers and must not be able to take exponential time.
    try:
        return re2.compile("(?s)" + compile_glob(pattern).pattern.removesuffix(r"\Z"))  # type: ignore[no-any-return]
    except (re.error, re2.error) as error:
        raise InputError(f"The pattern '{pattern}' is not one: {error}") from None


def _word(entry: TreeEntry) -> str:
    return "symbolic link" if entry.type == "link" else "submodule"
