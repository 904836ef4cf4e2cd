"""Which files of a working tree have no owner by its CODEOWNERS. Asks neither a database nor a server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError, NotFoundError
from integrations.codeowners import CodeOwners, Dialect, find_codeowners
from integrations.codeowners.find import PLACES
from integrations.git.command import GitFault, GitOptions, run_git

MAX_LIST_BYTES = 256 * 1024 * 1024
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Checked:
    """``unowned`` are paths from the top of the repository."""

    file: CodeOwners
    count: int
    unowned: list[str]


def check_tree(
    folder: Path, *, paths: Sequence[str] = (), base: str | None = None, dialect: Dialect | None = None
) -> Checked:
    """
    Of these paths, of what differs from where the branch left ``base``, or else of all files that git knows.

    Raises InputError outside of a repository or for an unknown ``base``, NotFoundError if there is no CODEOWNERS.
    """
    if paths and base:
        raise InputError("Name either paths or --base, not both")
    top = _find_top(folder)
    file = find_codeowners(_existing_places(top), lambda place: (top / place).read_bytes(), dialect=dialect)
    if not file.path:
        raise NotFoundError(f"There is no CODEOWNERS file in {top}: none of {', '.join(_places(dialect))}")
    if base:
        found = _list_changed(top, base)
    elif paths:
        found = sorted(set(_list_named(top, folder, paths)))
    else:
        found = _list(top, "ls-files", "-z")
    return Checked(file, len(found), [path for path in found if not file.owners_of(path)])


def _places(dialect: Dialect | None) -> list[str]:
    known = PLACES.values() if dialect is None else [PLACES[dialect]]
    return list(dict.fromkeys(place for places in known for place in places))


def _existing_places(top: Path) -> set[str]:
    return {place for place in _places(None) if (top / place).is_file()}


def _find_top(folder: Path) -> Path:
    try:
        found = run_git(["-C", str(folder.resolve()), "rev-parse", "--show-toplevel"], GitOptions())
    except GitFault as fault:
        raise InputError(f"'{folder}' lies in no git repository: {fault}") from None
    return Path(os.fsdecode(found.rstrip(b"\n")))


def _list_changed(top: Path, base: str) -> list[str]:
    if base.startswith("-"):
        raise InputError(f"'{base}' is no name of a branch or commit")
    try:
        return _list(top, "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", "--merge-base", base, "--")
    except InputError as error:
        raise InputError(f"What differs from '{base}' is not known: {error.message}") from None


def _list_named(top: Path, folder: Path, paths: Sequence[str]) -> Iterator[str]:
    for text in paths:
        path = Path(os.path.normpath(folder.resolve() / text))
        if not path.is_relative_to(top):
            raise InputError(f"'{text}' lies outside of {top}")
        inner = path.relative_to(top).as_posix()
        if path.is_dir() and not path.is_symlink():
            yield from _list(top, "ls-files", "-z", "--", f":(literal){inner}")
        else:
            yield inner


def _list(top: Path, *arguments: str) -> list[str]:
    options = GitOptions(max_file_bytes=MAX_LIST_BYTES, max_output=MAX_LIST_BYTES, seconds=SECONDS)
    try:
        printed = run_git(["-C", str(top), *arguments], options)
    except GitFault as fault:
        raise InputError(str(fault)) from None
    return [os.fsdecode(path) for path in printed.split(b"\0") if path]
