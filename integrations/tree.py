"""A folder of files as reading gives it: names first, contents when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from common.errors import InputError

MEBIBYTE = 1024 * 1024
LONGEST_PATH = 4096
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class TreeLimits:
    """``packed_bytes`` is what an archive itself may have, ``ratio`` how much more may be in it."""

    files: int = 20_000
    total_bytes: int = 256 * MEBIBYTE
    packed_bytes: int = 64 * MEBIBYTE
    ratio: int = 200
    depth: int = 100


@dataclass(frozen=True, slots=True)
class TreeFile:
    """
    ``path`` is relative to the tree, with ``/`` between plain names; empty if the tree is this one file.

    ``read`` gives the content. It raises a CallboardError for a file that is gone or too large.
    """

    path: str
    read: Callable[[], bytes]
    is_executable: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """``left_out`` are the paths of links and the like. ``folders`` are the empty ones too, where they are known."""

    files: tuple[TreeFile, ...]
    folders: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    etag: str | None = None

    @property
    def sole_file(self) -> TreeFile | None:
        """The file that was meant, if it was no folder."""
        return self.files[0] if len(self.files) == 1 and not self.files[0].path else None


@dataclass(frozen=True, slots=True)
class RepositoryTree:
    """
    All of a repository at a ``branch`` (or tag or commit; empty if nothing tells). ``path`` is what of it was asked for:
    a folder, or empty for all.
    """

    clone_url: str
    branch: str
    path: str
    tree: Tree


@dataclass(slots=True)
class Meter:
    """Counts what a tree has given, and stops it. ``what`` is how messages call the tree."""

    what: str
    limits: TreeLimits
    total_bytes: int | None = None
    _files: int = 0
    _bytes: int = field(default=0)

    @property
    def bytes_left(self) -> int:
        return self._most_bytes - self._bytes

    def add_entry(self) -> None:
        """Raises InputError if there are too many."""
        self._files += 1
        if self._files > self.limits.files:
            raise InputError(f"{self.what} has more than {self.limits.files} files and folders, which is the limit")

    def add_bytes(self, count: int) -> None:
        """Raises InputError if there are too many together."""
        self._bytes += count
        if self._bytes > self._most_bytes:
            raise InputError(f"{self.what} has files of more than {self._most_bytes} bytes together, the limit")

    @property
    def _most_bytes(self) -> int:
        return self.limits.total_bytes if self.total_bytes is None else self.total_bytes


def check_paths(paths: Iterable[str], what: str, limits: TreeLimits) -> None:
    """
    Raise InputError unless each is a plain relative path that no other one takes.

    ``..``, absolute paths, backslashes and control characters are no plain names, and a file is no folder.
    """
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        check_path(path, what, limits)
        if path in seen:
            raise InputError(f"{what} holds two files called '{path}'")
        seen.add(path)
        parts = path.split("/")[:-1]
        folders.update("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    if twice := seen & folders:
        raise InputError(f"{what} holds '{min(twice)}' as a file and as a folder")


def check_path(path: str, what: str, limits: TreeLimits) -> None:
    """Raise InputError unless it is a plain relative path."""
    if _is_too_long(path, limits):
        raise InputError(f"{what} holds a path that is too long or too deep: '{path[:100]}…'")
    if not is_plain_path(path, limits):
        raise InputError(f"{what} holds {path[:200]!r}, which is no path within it")


def is_plain_path(path: str, limits: TreeLimits) -> bool:
    return not _is_too_long(path, limits) and all(_is_plain(name) for name in path.split("/"))


def _is_too_long(path: str, limits: TreeLimits) -> bool:
    return len(path) > LONGEST_PATH or path.count("/") >= limits.depth


def _is_plain(name: str) -> bool:
    if name in ("", ".", "..") or "\\" in name or any(character < " " for character in name):
        return False
    try:
        return len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False
