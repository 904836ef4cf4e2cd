"""
The folder of one task, and the only way into it.

Every path is relative, made of plain names, and walked one folder at a time without following links, so that no
input, archive or race can reach a file outside.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from common.errors import InputError, NotAllowedError, NotFoundError

OUTSIDE = "Relative path is not allowed to refer to a directory outside its parent"
LONGEST_PATH = 4096
LONGEST_NAME = 255
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """``path`` is relative to the workspace, with ``/`` between names."""

    path: str
    is_folder: bool
    is_executable: bool = False
    size: int = 0


class Workspace:
    """Raises NotAllowedError for a path that leads outside or over a link, NotFoundError for what is not there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def normalize(self, path: str) -> str:
        """The path in its one form; ``.`` is the workspace itself. Raises NotAllowedError, InputError."""
        return "/".join(split_path(path)) or "."

    def read_bytes(self, path: str, *, max_bytes: int | None = None) -> bytes:
        with self._parent(path) as (folder, name), _opened(name, os.O_RDONLY, folder, path) as file:
            size = os.fstat(file).st_size
            if max_bytes is not None and size > max_bytes:
                raise InputError(f"The file '{path}' has {size} bytes; at most {max_bytes} are allowed")
            with os.fdopen(os.dup(file), "rb") as stream:
                return stream.read()

    def read_text(self, path: str, *, max_bytes: int | None = None) -> str:
        """Raises InputError if it is not UTF-8."""
        try:
            return self.read_bytes(path, max_bytes=max_bytes).decode()
        except UnicodeDecodeError as error:
            raise InputError(f"The file '{path}' is not UTF-8 text: {error.reason}") from None

    def write_bytes(self, path: str, data: bytes, *, is_executable: bool = False) -> None:
        """Write the file anew, with the folders above it. Never through a link."""
        with self._parent(path, make=True) as (folder, name):
            kind = _kind(name, folder)
            if kind is not None and not stat.S_ISREG(kind):
                raise _not_a_file(kind, path)
            mode = 0o755 if is_executable else 0o644
            with _opened(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, folder, path, mode) as file:
                os.fchmod(file, mode)
                view = memoryview(data)
                while view:
                    view = view[os.write(file, view) :]

    def append_bytes(self, path: str, data: bytes) -> None:
        before = self.read_bytes(path) if self.exists(path) else b""
        self.write_bytes(path, before + data)

    def write_text(self, path: str, text: str, *, is_executable: bool = False) -> None:
        self.write_bytes(path, text.encode(), is_executable=is_executable)

    def make_folder(self, path: str) -> None:
        with self._folder(split_path(path), path, make=True):
            pass

    def exists(self, path: str) -> bool:
        return self.find(path) is not None

    def is_folder(self, path: str) -> bool:
        entry = self.find(path)
        return entry is not None and entry.is_folder

    def find(self, path: str) -> Entry | None:
        """What lies there, or None. Raises NotAllowedError if it is a link."""
        names = split_path(path)
        if not names:
            return Entry(".", True)
        try:
            with self._folder(names[:-1], path) as folder:
                status = os.stat(names[-1], dir_fd=folder, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError, NotFoundError):
            return None
        return _entry("/".join(names), status, path)

    def entries(self, path: str = ".") -> list[Entry]:
        """What lies in a folder, by name. Links and devices are left out."""
        names = split_path(path)
        with self._folder(names, path) as folder:
            return self._scan(folder, names)

    def walk(self, path: str = ".") -> Iterator[Entry]:
        """Everything below a folder, a folder before what is in it, by name."""
        for entry in self.entries(path):
            yield entry
            if entry.is_folder:
                yield from self.walk(entry.path)

    def walk_with_times(self) -> Iterator[tuple[Entry, int]]:
        """As ``walk``, with the time when each file was last changed in any way, in nanoseconds; 0 for folders."""
        for entry in self.walk():
            if entry.is_folder:
                yield entry, 0
            else:
                with self._parent(entry.path) as (folder, name), _opened(name, os.O_RDONLY, folder, entry.path) as file:
                    changed = os.fstat(file).st_ctime_ns
                yield entry, changed

    def remove(self, path: str) -> None:
        """Remove a file, a link or a whole folder. Nothing happens if it is not there."""
        names = split_path(path)
        if not names:
            for entry in os.listdir(self.root):
                self.remove(entry)
            return
        try:
            with self._folder(names[:-1], path) as folder:
                _remove(names[-1], folder)
        except (FileNotFoundError, NotFoundError):
            return
        except OSError as error:
            raise NotAllowedError(f"'{path}' cannot be removed: {error.strerror}") from None

    def rename(self, source: str, target: str) -> None:
        """Move a file or folder; what was at ``target`` is replaced if it is a file."""
        with self._parent(source) as (from_folder, from_name):
            try:
                status = os.stat(from_name, dir_fd=from_folder, follow_symlinks=False)
            except FileNotFoundError:
                raise _not_found(source) from None
            _entry(source, status, source)
            with self._parent(target, make=True) as (to_folder, to_name):
                try:
                    os.rename(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder)
                except FileNotFoundError:
                    raise _not_found(source) from None
                except OSError as error:
                    raise InputError(f"'{source}' cannot become '{target}': {error.strerror}") from None

    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.walk())

    def _scan(self, folder: int, names: tuple[str, ...]) -> list[Entry]:
        found = []
        for name in sorted(os.listdir(folder)):
            try:
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
                found.append(_entry("/".join((*names, name)), status, name))
        return found

    @contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        names = split_path(path)
        if not names:
            raise InputError(f"The path '{path}' is the workspace itself, not a file in it")
        with self._folder(names[:-1], path, make=make) as folder:
            yield folder, names[-1]

    @contextmanager
    def _folder(self, names: tuple[str, ...], path: str, *, make: bool = False) -> Iterator[int]:
        """A descriptor of the folder, opened name by name."""
        folder = os.open(self.root, DIRECTORY)
        try:
            for name in names:
                try:
                    if make:
                        with suppress(FileExistsError):
                            os.mkdir(name, dir_fd=folder)
                    inner = os.open(name, DIRECTORY, dir_fd=folder)
                except FileNotFoundError:
                    raise _not_found(path) from None
                except OSError:
                    raise _not_a_folder(name, folder, path) from None
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


def split_path(path: str) -> tuple[str, ...]:
    """Its names, ``.`` and ``..`` resolved. Raises NotAllowedError if that leads outside, InputError if it is no path."""
    if "\0" in path or len(path) > LONGEST_PATH:
        raise InputError(f"{path[:100]!r} is not a path")
    if PurePosixPath(path).is_absolute():
        raise NotAllowedError(f"{OUTSIDE}: '{path}'")
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            if not names:
                raise NotAllowedError(f"{OUTSIDE}: '{path}'")
            names.pop()
        elif name not in ("", "."):
            if not _is_file_name(name):
                raise InputError(f"{path[:100]!r} is not a path: {LONGEST_NAME} bytes are allowed in a name")
            names.append(name)
    return tuple(names)


def _is_file_name(name: str) -> bool:
    try:
        return len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False


@contextmanager
def _opened(name: str, flags: int, folder: int, path: str, mode: int = 0o644) -> Iterator[int]:
    # Without O_NONBLOCK, opening a pipe that somebody left here would wait for ever.
    safe = flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        file = os.open(name, safe, mode, dir_fd=folder)
    except FileNotFoundError:
        raise _not_found(path) from None
    except IsADirectoryError:
        raise InputError(f"'{path}' is a folder, not a file") from None
    except OSError as error:
        raise NotAllowedError(f"'{path}' cannot be opened: {error.strerror}") from None
    try:
        kind = os.fstat(file).st_mode
        if not stat.S_ISREG(kind):
            raise _not_a_file(kind, path)
        yield file
    finally:
        os.close(file)


def _kind(name: str, folder: int) -> int | None:
    """The mode of what lies there, None if nothing does. Somebody may change it at any moment: ask once."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None


def _not_a_file(kind: int, path: str) -> NotAllowedError | InputError:
    if stat.S_ISDIR(kind):
        return InputError(f"'{path}' is a folder, not a file")
    return NotAllowedError(f"'{path}' is not a regular file")


def _remove(name: str, folder: int) -> None:
    if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=folder)
        return
    inner = os.open(name, DIRECTORY, dir_fd=folder)
    try:
        for child in os.listdir(inner):
            _remove(child, inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=folder)


def _entry(path: str, status: os.stat_result, named: str) -> Entry:
    if stat.S_ISDIR(status.st_mode):
        return Entry(path, True)
    if not stat.S_ISREG(status.st_mode):
        raise NotAllowedError(f"'{named}' is a link or another special file, which is not allowed")
    return Entry(path, False, bool(status.st_mode & 0o100), status.st_size)


def _not_found(path: str) -> NotFoundError:
    return NotFoundError(f"There is no '{path}' in the workspace")


def _not_a_folder(name: str, folder: int, path: str) -> NotAllowedError | InputError | NotFoundError:
    kind = _kind(name, folder)
    if kind is None:
        return _not_found(path)
    if stat.S_ISLNK(kind):
        return NotAllowedError(f"The path '{path}' leads over the link '{name}', which is not allowed")
    return InputError(f"The path '{path}' leads through '{name}', which is not a folder")
