"""The entries of a tar archive, packed by gzip or not."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol

from common.errors import InputError
from integrations.archive.entries import Entry, Kind
from integrations.tree import Meter

# Headers and padding come on top of what is in the files.
OVERHEAD_OF_ENTRY = 4096
FAULTS = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, LookupError, RecursionError, zlib.error)


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class CountedStream:
    """Ends with InputError after so many bytes, whoever reads them and why."""

    def __init__(self, stream: Readable, most: int, what: str) -> None:
        self._stream = stream
        self._left = most
        self._what = what

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"{self._what} has much more in it than its own size allows")
        return data


def read_tar(data: bytes, meter: Meter, *, is_packed: bool) -> Iterator[Entry]:
    """Raises InputError for a broken one, or one with entries that no file could be made of."""
    raw = BytesIO(data)
    stream: Readable = gzip.GzipFile(fileobj=raw) if is_packed else raw
    counted = CountedStream(stream, meter.bytes_left + meter.limits.files * OVERHEAD_OF_ENTRY, meter.what)
    try:
        # "r|": from front to back, so that a header is the only thing that says where the next one is.
        with tarfile.open(fileobj=counted, mode="r|") as archive:  # type: ignore[call-overload]
            for member in archive:
                meter.add_entry()
                if entry := _entry(archive, member, meter):
                    yield entry
    except FAULTS as fault:
        raise InputError(f"{meter.what} is a broken tar archive: {fault}") from None


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo, meter: Meter) -> Entry | None:
    path = member.name.removeprefix("./").removesuffix("/")
    if member.isdir():
        return Entry(path, Kind.FOLDER) if path not in ("", ".") else None
    if member.issym() or member.islnk():
        # A hard link's target starts at the top of the archive.
        target = member.linkname if member.issym() else "../" * path.count("/") + member.linkname
        return Entry(path, Kind.LINK, target=target)
    if not member.isreg() or member.issparse():
        raise InputError(f"{meter.what} holds '{path[:200]}', which is neither a file nor a folder")
    meter.add_bytes(member.size)
    stream = archive.extractfile(member)
    content = b"" if stream is None else stream.read()
    return Entry(path, Kind.FILE, content, is_executable=bool(member.mode & 0o100))
