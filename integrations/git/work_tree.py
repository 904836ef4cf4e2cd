"""The files of a folder, as a commit would hold them: read without following links, and without any ``.git``."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from integrations.git.command import GitOptions, run_git

IGNORE_FILE = b".gitignore"
MAX_IGNORE_BYTES = 1024 * 1024
MAX_LIST_BYTES = 64 * 1024 * 1024
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class WorkTreeFile(NamedTuple):
    """``path`` is relative, with ``/`` between names."""

    path: bytes
    data: bytes
    is_executable: bool


def read_work_tree(folder: Path) -> Iterator[WorkTreeFile]:
    """
    Every regular file below, but for those that the folder's ``.gitignore`` files name, and all that is in a ``.git``.

    Links and devices are left out. Nothing is read through a link, even if one is put there meanwhile.
    """
    paths = list(_paths(folder))
    ignored = _ignored(folder, paths)
    for path in paths:
        if path in ignored:
            continue
        with _opened(folder, path) as file, os.fdopen(os.dup(file), "rb") as stream:
            yield WorkTreeFile(path, stream.read(), bool(os.fstat(file).st_mode & 0o100))


def _paths(folder: Path) -> Iterator[bytes]:
    for top, folders, files, descriptor in os.fwalk(os.fsencode(folder), follow_symlinks=False):
        folders[:] = sorted(name for name in folders if not is_git_name(name))
        prefix = os.path.relpath(top, os.fsencode(folder))
        for name in sorted(files):
            if not is_git_name(name) and _is_regular(name, descriptor):
                yield name if prefix == b"." else prefix + b"/" + name


def is_git_name(name: bytes) -> bool:
    """Whether some file system takes this name for ``.git``."""
    return name.lower().rstrip(b". ") in (b".git", b"git~1")


def _is_regular(name: bytes, folder: int) -> bool:
    return stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


@contextmanager
def _opened(folder: Path, path: bytes) -> Iterator[int]:
    """Opened name by name, so that no part of the path can be a link."""
    *folders, name = path.split(b"/")
    current = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for inner in folders:
            below = os.open(inner, READ | os.O_DIRECTORY, dir_fd=current)
            os.close(current)
            current = below
        file = os.open(name, READ, dir_fd=current)
    finally:
        os.close(current)
    try:
        yield file
    finally:
        os.close(file)


def _ignored(folder: Path, paths: list[bytes]) -> set[bytes]:
    """Which of them git ignores. Asked of git in a folder with copies of the ``.gitignore`` files alone."""
    rules = [path for path in paths if path.split(b"/")[-1] == IGNORE_FILE]
    if not rules:
        return set()
    with tempfile.TemporaryDirectory(prefix="callboard-ignore-") as top, tempfile.TemporaryFile() as asked:
        root, git_dir = os.fsencode(top) + b"/tree", f"{top}/git"
        os.mkdir(root)
        run_git(["init", "--quiet", "--bare", "--template=", "--", git_dir], GitOptions())
        for path in rules:
            _copy_rules(folder, path, root)
        asked.write(b"\0".join((*paths, b"")))
        asked.seek(0)
        options = GitOptions(git_dir, max_file_bytes=MAX_LIST_BYTES, max_output=MAX_LIST_BYTES)
        arguments = ["-C", os.fsdecode(root), "-c", "core.bare=false", "--work-tree=."]
        answer = run_git([*arguments, "check-ignore", "-z", "--stdin"], options, stdin=asked, good_statuses=(0, 1))
    return set(filter(None, answer.split(b"\0")))


def _copy_rules(folder: Path, path: bytes, root: bytes) -> None:
    with _opened(folder, path) as file:
        rules = os.read(file, MAX_IGNORE_BYTES)
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as stream:
        stream.write(rules)
