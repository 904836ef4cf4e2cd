"""Zip and tar archives as trees. What they say of themselves is not believed; nothing touches a disk."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from common.errors import InputError
from integrations.archive.entries import Entry, Kind
from integrations.archive.tar_entries import read_tar
from integrations.archive.zip_entries import read_zip
from integrations.tree import Meter, Tree, TreeFile, TreeLimits, check_path, check_paths

NAMES = (".zip", ".tar", ".tar.gz", ".tgz")
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
GZIP_MAGIC = b"\x1f\x8b"
TAR_MAGIC = b"ustar"
TAR_MAGIC_AT = 257
# So much may be in any archive, however small it is itself.
LEAST_ROOM = 16 * 1024 * 1024


def is_archive_name(path: str) -> bool:
    return path.lower().endswith(NAMES)


def unpack(data: bytes, what: str, limits: TreeLimits) -> Tree:
    """
    The files in it, with their executable bits. Links that stay within it are left out.

    Raises InputError for what is no archive or a broken one, for one that holds more than the limits allow, and for
    one with names or links that lead outside, devices, or two files of one name.
    """
    if len(data) > limits.packed_bytes:
        raise InputError(f"{what} has more than {limits.packed_bytes} bytes, which is the limit")
    room = min(limits.total_bytes, max(LEAST_ROOM, len(data) * limits.ratio))
    meter = Meter(what, limits, room)
    if data.startswith(ZIP_MAGICS):
        entries = read_zip(data, meter)
    elif data.startswith(GZIP_MAGIC) or data[TAR_MAGIC_AT:].startswith(TAR_MAGIC):
        entries = read_tar(data, meter, is_packed=data.startswith(GZIP_MAGIC))
    else:
        raise InputError(f"{what} is neither a zip archive nor a tar archive, packed by gzip or not")
    return _tree(list(entries), what, limits)


def _tree(entries: list[Entry], what: str, limits: TreeLimits) -> Tree:
    for entry in entries:
        check_path(entry.path, what, limits)
        if entry.kind is Kind.LINK and _leads_outside(entry):
            raise InputError(f"{what} holds the link '{entry.path}', which leads outside")
    files = [entry for entry in entries if entry.kind is Kind.FILE]
    check_paths([entry.path for entry in files], what, limits)
    return Tree(
        files=tuple(TreeFile(entry.path, _gives(entry.data), entry.is_executable) for entry in files),
        folders=tuple(entry.path for entry in entries if entry.kind is Kind.FOLDER),
        left_out=tuple(entry.path for entry in entries if entry.kind is Kind.LINK),
    )


def _leads_outside(link: Entry) -> bool:
    if link.target.startswith("/"):
        return True
    return posixpath.normpath(posixpath.join(posixpath.dirname(link.path), link.target)).startswith("..")


def _gives(data: bytes) -> Callable[[], bytes]:
    return lambda: data
