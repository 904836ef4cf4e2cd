"""What is in a repository, by one download of all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from common.errors import InputError
from integrations.archive.tar_stream import CutOffError, Listed, StreamLimits, read_tar_stream
from integrations.hosts.api import HostApi, Query
from integrations.hosts.errors import HostSilentError, TooLargeError
from integrations.hosts.repository import HostRepository, RepositoryContent, Wanted
from integrations.hosts.settings import HostSettings
from integrations.tree import TreeLimits, is_plain_path

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
COMMIT_AT_END = re.compile(r"-([0-9a-f]{7,64})$")
KIBIBYTE = 1024
ATTRIBUTES = ".gitattributes"
EXPORT = b"export-"
# Packed twice, history and all files, a repository may come to somewhat more than its host says.
SLACK = 2


def fits_archive(repository: HostRepository, settings: HostSettings) -> bool:
    return repository.size_kib * KIBIBYTE <= settings.max_archive_bytes


def read_archive(
    api: HostApi,
    repository: HostRepository,
    *segments: str | int,
    wanted: Wanted,
    settings: HostSettings,
    query: Query | None = None,
    commit: str | None = None,
) -> RepositoryContent | None:
    """
    None if it is too large to be read so, or says that its archives lack files. ``commit`` is which it is of, where
    that is known.

    Raises HostSilentError unless it came in whole.
    """
    if not fits_archive(repository, settings):
        return None
    what = f"Reading {repository.full_name}"
    limits = StreamLimits(file_bytes=settings.max_file_bytes)

    def read(chunks: Iterator[bytes]) -> Listed:
        try:
            return read_tar_stream(chunks, lambda path: is_attributes(path) or wanted(path), what, limits)
        except CutOffError as error:
            raise HostSilentError(f"{what}: {api.host} sent a broken archive, {error}") from None

    try:
        listed = api.download(*segments, query=query, read=read, max_bytes=settings.max_archive_bytes * SLACK)
    except (TooLargeError, InputError):
        return None
    if any(EXPORT in data for path, data in listed.files.items() if is_attributes(path)):
        return None
    files = {path: data for path, data in listed.files.items() if not is_attributes(path) or wanted(path)}
    return RepositoryContent(commit or commit_of(listed, what), listed.paths, files)


def is_attributes(path: str) -> bool:
    """Where a repository says what git leaves out of archives (export-ignore), or changes in them (export-subst)."""
    return path == ATTRIBUTES or path.endswith(f"/{ATTRIBUTES}")


def commit_of(listed: Listed, what: str) -> str:
    """As git wrote it into the archive, else as the host named the folder."""
    if COMMIT.fullmatch(listed.comment):
        return listed.comment
    match = COMMIT_AT_END.search(listed.folder)
    if match is None:
        raise HostSilentError(f"{what}: the archive does not say which commit it is of")
    return match[1]


def read_wanted(
    commit: str, paths: tuple[str, ...], wanted: Wanted, read: Callable[[str], bytes | None]
) -> RepositoryContent:
    """``read`` gives None for a file that is too large."""
    files = {path: read(path) for path in paths if wanted(path)}
    return RepositoryContent(commit, paths, {path: data for path, data in files.items() if data is not None})


def read_file(
    api: HostApi, *segments: str | int, settings: HostSettings, query: Query | None = None, accept: str = "*/*"
) -> bytes | None:
    """None if it is too large."""
    try:
        return api.get(*segments, query=query, accept=accept, max_bytes=settings.max_file_bytes).data
    except TooLargeError:
        return None


def plain_paths(paths: Iterable[str]) -> tuple[str, ...]:
    limits = TreeLimits()
    return tuple(dict.fromkeys(path for path in paths if is_plain_path(path, limits)))
