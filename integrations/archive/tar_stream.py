"""A tar archive packed by gzip that comes over the network: looked through as it comes, and never held in whole."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from common.errors import InputError
from integrations.archive.tar_entries import FAULTS
from integrations.tree import MEBIBYTE, TreeLimits, is_plain_path

GZIP = 16 + zlib.MAX_WBITS
LARGEST_HEADER = MEBIBYTE
# git writes the commit's id here.
COMMENT = "comment"
HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class CutOffError(Exception):
    """It ends too early, or is damaged on the way."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """``file_bytes`` is for one file that is kept, ``kept_bytes`` for all of them. What is larger is not kept."""

    entries: int = 300_000
    unpacked_bytes: int = 1024 * MEBIBYTE
    file_bytes: int = 10 * MEBIBYTE
    kept_bytes: int = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Listed:
    """``folder`` is the one that all lies in; the paths are below it. Files only: no links, no folders."""

    folder: str
    comment: str
    paths: tuple[str, ...]
    files: dict[str, bytes]


def read_tar_stream(
    chunks: Iterator[bytes], wanted: Callable[[str], bool], what: str, limits: StreamLimits | None = None
) -> Listed:
    """
    All paths below the archive's one folder, and the wanted files.

    Raises CutOffError unless the archive is whole, InputError for one that breaks the limits.
    """
    looked = _Looking(wanted, what, limits or StreamLimits())
    stream = _Inflated(chunks, what, looked.limits.unpacked_bytes)
    try:
        # "r|": from front to back, so that a header is the only thing that says where the next one is.
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_StrictInfo) as archive:  # type: ignore[call-overload]
            for member in archive:
                looked.add(archive, member)
                archive.members = []  # which would be kept for a look back
            comment = str(archive.pax_headers.get(COMMENT, ""))
        stream.finish()
    except FAULTS as fault:
        raise CutOffError(f"it is no whole archive ({fault})") from None
    return Listed(looked.folder, comment, tuple(looked.paths), looked.files)


class _Looking:
    def __init__(self, wanted: Callable[[str], bool], what: str, limits: StreamLimits) -> None:
        self.limits = limits
        self.folder = ""
        self.paths: dict[str, None] = {}
        self.files: dict[str, bytes] = {}
        self._wanted = wanted
        self._what = what
        self._entries = 0
        self._kept = 0

    def add(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        self._entries += 1
        if self._entries > self.limits.entries:
            raise InputError(f"{self._what} has more than {self.limits.entries} files and folders, which is the limit")
        folder, _, path = member.name.removeprefix("./").partition("/")
        self.folder = self.folder or folder
        if not member.isreg() or member.issparse() or folder != self.folder or not is_plain_path(path, TreeLimits()):
            return
        self.paths[path] = None
        if member.size <= self.limits.file_bytes and path not in self.files and self._wanted(path):
            self._kept += member.size
            if self._kept > self.limits.kept_bytes:
                raise InputError(
                    f"{self._what} has more than {self.limits.kept_bytes} bytes in the files that are read of it,"
                    " which is the limit"
                )
            stream = archive.extractfile(member)
            self.files[path] = b"" if stream is None else stream.read()


class _StrictInfo(tarfile.TarInfo):
    """The library takes a broken header for the end, and reads headers of any size."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error) or "it ends too early") from None

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in HEADERS and self.size > LARGEST_HEADER:
            raise tarfile.ReadError("it has a header that is too large")
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


class _Inflated:
    """The bytes inside, as many as the limit lets there be. What is not packed is passed on as it is."""

    def __init__(self, chunks: Iterator[bytes], what: str, most: int) -> None:
        self._chunks = chunks
        self._what = what
        self._left = most
        self._decoder = zlib.decompressobj(GZIP)
        self._packed = b""

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, fewer only at the end."""
        found = bytearray()
        while len(found) < size:
            part = self._next(size - len(found))
            if not part:
                break
            found += part
        self._left -= len(found)
        if self._left < 0:
            raise InputError(f"{self._what} has much more in it than the limit allows")
        return bytes(found)

    def finish(self) -> None:
        """Read to the end. Raises zlib.error if there is no proper one."""
        while self.read(64 * 1024):
            pass
        if not self._decoder.eof:
            raise zlib.error("it ends too early")

    def _next(self, most: int) -> bytes:
        while not self._decoder.eof:
            packed = self._packed or next(self._chunks, b"")
            part = self._decoder.decompress(packed, most)
            self._packed = self._decoder.unconsumed_tail
            if part or not packed:
                return part
        return b""
