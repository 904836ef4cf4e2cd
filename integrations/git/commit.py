"""A commit made out of files, with no checkout: what it is, and its bytes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from integrations.git.command import GitOptions, run_git
from integrations.git.work_tree import WorkTreeFile

# A detached signature of these bytes, as text in armour.
Sign = Callable[[bytes], str]
SCRATCH_REF = "refs/callboard/tree"
CRUD = re.compile(r"[\x00-\x1f<>]")


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CommitText:
    """
    All of a commit but its files. Author and committer are one, and so are their dates: the same said again about the
    same files is the same commit.
    """

    message: str
    author: Author
    when: datetime

    def encode(self, tree: str, parent: str | None, sign: Sign | None = None) -> bytes:
        who = f"{_clean(self.author.name)} <{_clean(self.author.email)}> {int(self.when.timestamp())} +0000"
        parents = [] if parent is None else [f"parent {parent}"]
        head = [f"tree {tree}", *parents, f"author {who}", f"committer {who}"]
        unsigned = "\n".join([*head, "", self._message])
        if sign is None:
            return _bytes(unsigned)
        signature = sign(_bytes(unsigned)).strip().replace("\n", "\n ")
        return _bytes("\n".join([*head, f"gpgsig {signature}", "", self._message]))

    def is_in(self, commit: bytes) -> bool:
        """Whether a commit, whatever its files, parent and signature, says just this."""
        head, _, message = commit.partition(b"\n\n")
        kept = [line for line in head.split(b"\n") if line.startswith((b"author ", b"committer "))]
        expected_head, _, expected_message = self.encode("", None).partition(b"\n\n")
        return message == expected_message and kept == expected_head.split(b"\n")[1:]

    @property
    def _message(self) -> str:
        return self.message.replace("\r\n", "\n").strip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class Changes:
    """
    ``files`` come into ``folder`` (empty: the top); ``removed`` are paths of files or folders from the top.

    Applied to the parent's files, or to none of them if it ``replaces_all``. What is removed stays away even if it is
    among the files.
    """

    files: Iterable[WorkTreeFile]
    folder: str = ""
    removed: tuple[str, ...] = ()
    replaces_all: bool = False


def write_tree(changes: Changes, parent: str | None, options: GitOptions) -> str:
    """Write the files into the repository; the id of its top folder. Raises GitFault."""
    with tempfile.TemporaryFile() as stream:
        _write_stream(changes, parent, stream)
        stream.seek(0)
        run_git(["fast-import", "--quiet", "--force", "--done", "--date-format=raw"], options, stdin=stream)
    return _printed(run_git(["rev-parse", "--verify", f"{SCRATCH_REF}^{{tree}}"], options))


def write_commit(commit: bytes, options: GitOptions) -> str:
    """The id of the commit. Raises GitFault."""
    with tempfile.TemporaryFile() as stream:
        stream.write(commit)
        stream.seek(0)
        return _printed(run_git(["hash-object", "-t", "commit", "-w", "--stdin"], options, stdin=stream))


def _write_stream(changes: Changes, parent: str | None, stream: IO[bytes]) -> None:
    """What ``git fast-import`` reads. The commit in it only carries the tree."""
    stream.write(f"feature done\ncommit {SCRATCH_REF}\ncommitter nobody <> 0 +0000\ndata 0\n".encode())
    if parent is not None:
        stream.write(f"from {parent}\n".encode())
    if parent is not None and changes.replaces_all:
        stream.write(b"deleteall\n")
    prefix = _bytes(changes.folder.strip("/") + "/") if changes.folder.strip("/") else b""
    for file in changes.files:
        mode = b"100755" if file.is_executable else b"100644"
        stream.write(b"M %s inline %s\ndata %d\n" % (mode, _quoted(prefix + file.path), len(file.data)))
        stream.write(file.data)
        stream.write(b"\n")
    for path in changes.removed:
        stream.write(b"D %s\n" % _quoted(_bytes(path.strip("/"))))
    stream.write(b"done\n")


def _quoted(path: bytes) -> bytes:
    """In double quotes, with all but plain characters as octal numbers, so that no name can end the line."""
    plain = re.sub(rb"[^ !#-\[\]-~]", lambda match: b"\\%03o" % match[0][0], path)
    return b'"' + plain + b'"'


def _clean(text: str) -> str:
    return CRUD.sub("", text).strip(" .,:;\"'\\")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _printed(output: bytes) -> str:
    return output.decode("ascii", "replace").strip()
