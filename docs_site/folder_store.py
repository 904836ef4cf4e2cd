"""
Documentation in a folder: ``namespace/kind/name/…``, as Backstage's local publisher lays it out.

What we publish lies beside that as a version, ``namespace/kind/name/.versions/<id>/…``, and the file ``.current`` names
the one that is served. It is replaced in one move: a reader sees a site whole, the old one or the new one. No symbolic
link is ever followed below the folder.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docs_site.place import SEARCH_FILE, DocsPlace
from docs_site.store import CHUNK, OnProgress, Published

VERSIONS = ".versions"
CURRENT = ".current"
LOCK = ".lock"
KEPT_NAMES = frozenset({VERSIONS, CURRENT, LOCK})

# No such file, something on the way is no folder or a link, or it is neither file nor folder.
NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EMLINK, errno.ENAMETOOLONG, errno.ENXIO})

_VERSION = re.compile(r"[0-9a-f]{32}")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not blocking: to open a named pipe would otherwise wait for its other end.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class OpenFile:
    """A regular file behind a descriptor."""

    def __init__(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        self._file = os.fdopen(descriptor, "rb")
        self.size = status.st_size
        self.etag = f"{status.st_size:x}-{status.st_mtime_ns:x}"

    def chunks(self) -> Iterator[bytes]:
        with self._file:
            while chunk := self._file.read(CHUNK):
                yield chunk

    def close(self) -> None:
        self._file.close()


class FolderStore:
    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self, place: DocsPlace, path: str) -> OpenFile | None:
        try:
            with _opened(self.root) as root, _walked(root, place.parts) as site:
                version = _read_current(site)
                *folders, name = path.split("/")
                if version:
                    folders = [VERSIONS, version, *folders]
                with _walked(site, folders) as folder:
                    return _open_file(folder, name)
        except OSError as error:
            if error.errno not in NOT_THERE:
                raise
            return None

    def publish(self, place: DocsPlace, files: Mapping[str, Path], on_progress: OnProgress) -> Published:
        target = self.root.joinpath(*place.parts)
        target.mkdir(parents=True, exist_ok=True)
        with _locked(target):
            before = _count_served(target)
            version = secrets.token_hex(16)
            # Under a name that no reader takes for a version, until it is whole.
            fresh = target / VERSIONS / f"{version}.new"
            try:
                _copy_files(files, fresh, on_progress)
                fresh.rename(fresh.with_suffix(""))
                previous = _point_to(target, version)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            _remove_others(target, {version, previous})
        return Published(files=len(files), removed=len(before - files.keys()))

    def list_searchable(self) -> Iterator[tuple[DocsPlace, str]]:
        for folder in sorted(self.root.glob("[!.]*/[!.]*/[!.]*/")):
            place = DocsPlace(*folder.relative_to(self.root).parts)
            if (found := self.open(place, SEARCH_FILE)) is not None:
                found.close()
                yield place, found.etag


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The folder that the configuration names may well be a link."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _walked(above: int, names: tuple[str, ...] | list[str]) -> Iterator[int]:
    """The folder below, link by link: OSError where one is a symbolic link."""
    descriptor = os.dup(above)
    try:
        for name in names:
            below = os.open(name, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _open_file(folder: int, name: str) -> OpenFile | None:
    descriptor = os.open(name, _FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return OpenFile(descriptor)


def _read_current(site: int) -> str:
    """The version that is served; nothing where the files lie in the folder itself."""
    try:
        found = _open_file(site, CURRENT)
    except FileNotFoundError:
        return ""
    text = b"".join(found.chunks())[:100].decode("ascii", "replace").strip() if found else ""
    return text if _VERSION.fullmatch(text) else ""


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """One publication of a site at a time."""
    with (target / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _count_served(target: Path) -> set[str]:
    """The paths of the files that are served now."""
    with _opened(target) as site:
        version = _read_current(site)
    root = target / VERSIONS / version if version else target
    found = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if not path.parts[0].startswith(".")}


def _copy_files(files: Mapping[str, Path], target: Path, on_progress: OnProgress) -> None:
    for number, (path, file) in enumerate(files.items(), start=1):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, _FILE), "rb") as source, place.open("xb") as copy:
            shutil.copyfileobj(source, copy)
        on_progress(number, len(files))


def _point_to(target: Path, version: str) -> str:
    """In one move. Returns the version before."""
    with _opened(target) as site:
        previous = _read_current(site)
    fresh = target / f"{CURRENT}.{version}"
    fresh.write_text(version)
    fresh.replace(target / CURRENT)
    return previous


def _remove_others(target: Path, kept_versions: set[str]) -> None:
    """The version before stays for those who are reading it, until the next publication."""
    gone = [path for path in (target / VERSIONS).iterdir() if path.name not in kept_versions]
    gone += [path for path in target.iterdir() if path.name not in KEPT_NAMES]
    for path in gone:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
