"""Objects of one repository, asked for by their ids only."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import weakref
from contextlib import suppress
from typing import IO, Literal, NamedTuple, cast

from integrations.git.command import GitFault, GitOptions, start_git, stop_git

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
MAX_TREE_BYTES = 16 * 1024 * 1024
MAX_KNOWN_TREES = 2_000

EntryType = Literal["file", "folder", "link", "submodule"]
TYPES: dict[str, EntryType] = {
    "40000": "folder",
    "100644": "file",
    "100755": "file",
    "100664": "file",
    "120000": "link",
    "160000": "submodule",
}
EXECUTABLE = "100755"


class TreeEntry(NamedTuple):
    name: str
    type: EntryType
    object_id: str
    is_executable: bool = False


class ObjectTooLarge(GitFault):
    pass


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]


class ObjectStore:
    """
    A running ``git cat-file``, which answers in microseconds where a process for each object takes milliseconds.

    Thread-safe. It starts at the first question, again after a failure, and ends with ``close`` or this process.
    """

    def __init__(self, git_dir: str) -> None:
        self._options = GitOptions(git_dir)
        self._lock = threading.RLock()
        self._process: _Running | None = None
        self._owner = 0
        self._finalizer: weakref.finalize[[_Running, int], ObjectStore] | None = None
        self._trees: dict[str, list[TreeEntry]] = {}

    def tree_of(self, commit: str) -> str | None:
        """The id of a commit's top folder; None if the commit is not here."""
        found = self._ask(f"info {_checked(commit)}^{{tree}}")
        return found[0] if found[1] == "tree" else None

    def list_tree(self, tree: str) -> list[TreeEntry]:
        """What a folder holds. Entries whose names no checkout would accept are left out. Raises GitFault."""
        with self._lock:
            known = self._trees.get(tree)
            if known is None:
                if len(self._trees) >= MAX_KNOWN_TREES:
                    self._trees.clear()
                data = self.read(tree, "tree", MAX_TREE_BYTES)
                known = self._trees[tree] = _parse_tree(data, len(tree) // 2)
            return known

    def read(self, object_id: str, expected_type: str, max_bytes: int) -> bytes:
        """Raises ObjectTooLarge without reading it, GitFault if it is not here."""
        with self._lock:
            _, found_type, size = self._ask(f"info {_checked(object_id)}")
            if found_type == "missing" or size > max_bytes:
                # Blobs beyond the limit are not even fetched.
                raise ObjectTooLarge(f"it has more than {max_bytes} bytes")
            if found_type != expected_type:
                raise GitFault(f"the object {object_id} is a {found_type}, not a {expected_type}")
            self._ask(f"contents {object_id}")
            return self._take(size + 1)[:-1]

    def close(self) -> None:
        with self._lock:
            self._process = None
            self._trees.clear()
            if self._finalizer is not None:
                self._finalizer()

    def _ask(self, command: str) -> tuple[str, str, int]:
        """Object id, type and size; the type is ``missing`` if it is not here."""
        with self._lock:
            # Once more, since an idle process may have been ended by the system.
            parts = self._exchange(command) or self._exchange(command)
            if len(parts) == 2 and parts[1] == "missing":
                return parts[0], "missing", 0
            if len(parts) != 3 or not parts[2].isdigit():
                self.close()
                raise GitFault("git ended unexpectedly while it was asked for an object")
            return parts[0], parts[1], int(parts[2])

    def _exchange(self, command: str) -> list[str]:
        running = self._running()
        try:
            running.stdin.write(f"{command}\n".encode())
            running.stdin.flush()
            line = running.stdout.readline(4096)
        except OSError:
            line = b""
        if not line:
            self.close()
        return line.decode("utf-8", "replace").split()

    def _take(self, size: int) -> bytes:
        data = self._running().stdout.read(size)
        if len(data) != size:
            self.close()
            raise GitFault("git ended unexpectedly while it sent an object")
        return data

    def _running(self) -> _Running:
        # What a parent process started before a fork is the parent's.
        if self._process is None or self._owner != os.getpid():
            self._owner = os.getpid()
            process = start_git(
                ["cat-file", "--batch-command"],
                self._options,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._process = _Running(process, cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout))
            self._finalizer = weakref.finalize(self, _end, self._process, self._owner)
        return self._process


def _end(running: _Running, owner: int) -> None:
    if owner == os.getpid():
        stop_git(running.process)
        for pipe in (running.stdin, running.stdout):
            with suppress(OSError):
                pipe.close()


def _checked(object_id: str) -> str:
    if not OBJECT_ID.fullmatch(object_id):
        raise GitFault(f"'{object_id[:100]}' is no object id")
    return object_id


def _parse_tree(data: bytes, id_bytes: int) -> list[TreeEntry]:
    entries = []
    position = 0
    while position < len(data):
        space = data.find(b" ", position)
        end = data.find(b"\0", space)
        if space < 0 or end < 0 or end + id_bytes >= len(data) + 1:
            raise GitFault("a folder of the repository is damaged")
        mode = data[position:space].decode("ascii", "replace")
        object_id = data[end + 1 : end + 1 + id_bytes].hex()
        name = data[space + 1 : end].decode("utf-8", "replace")
        position = end + 1 + id_bytes
        if name not in ("", ".", "..") and "/" not in name and "\n" not in name and mode in TYPES:
            entries.append(TreeEntry(name, TYPES[mode], object_id, mode == EXECUTABLE))
    return entries
