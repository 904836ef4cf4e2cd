"""The entries of a zip archive."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from common.errors import InputError
from integrations.archive.entries import Entry, Kind
from integrations.tree import Meter

# Each entry has one of these in the list at the end, which is read as a whole.
LIST_ENTRY = b"PK\x01\x02"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
MADE_ON_UNIX = 3
LONGEST_TARGET = 4096
FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    LookupError,
    struct.error,
    zlib.error,
)


def read_zip(data: bytes, meter: Meter) -> Iterator[Entry]:
    """Raises InputError for a broken one, or one with entries that no file could be made of."""
    if data.count(LIST_ENTRY) > 2 * meter.limits.files:
        raise InputError(f"{meter.what} has more than {meter.limits.files} files and folders, which is the limit")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                meter.add_entry()
                yield _entry(archive, info, meter)
    except FAULTS as fault:
        raise InputError(f"{meter.what} is a broken zip archive: {fault}") from None


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Entry:
    mode = info.external_attr >> 16 if info.create_system == MADE_ON_UNIX else 0
    kind = stat.S_IFMT(mode)
    # The class cuts names at a NUL; what is behind it must not be lost unseen.
    name = info.orig_filename
    if info.is_dir():
        return Entry(name.removesuffix("/"), Kind.FOLDER)
    if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS:
        raise InputError(f"{meter.what} holds '{name[:200]}', which is encrypted or packed in an unusual way")
    if kind == stat.S_IFLNK:
        target = _read(archive, info, meter, LONGEST_TARGET)
        return Entry(name, Kind.LINK, target=target.decode("utf-8", "replace"))
    if kind not in (0, stat.S_IFREG):
        raise InputError(f"{meter.what} holds '{name[:200]}', which is neither a file nor a folder")
    return Entry(name, Kind.FILE, _read(archive, info, meter, meter.bytes_left), is_executable=bool(mode & 0o100))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter, most: int) -> bytes:
    with archive.open(info) as stream:
        data = stream.read(most + 1)
    meter.add_bytes(len(data))
    return data
