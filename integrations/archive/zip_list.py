"""A zip archive of a repository: all paths, and the contents that are wanted."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO

from common.errors import InputError
from integrations.archive.tar_stream import CutOffError, Listed, StreamLimits
from integrations.archive.zip_entries import ENCRYPTED, FAULTS, LIST_ENTRY, MADE_ON_UNIX, METHODS
from integrations.tree import TreeLimits, is_plain_path


def read_zip_list(data: bytes, wanted: Callable[[str], bool], what: str, limits: StreamLimits | None = None) -> Listed:
    """
    Its paths start at the top of the archive. Raises CutOffError unless it is whole, InputError if it breaks the limits.
    """
    limits = limits or StreamLimits()
    if data.count(LIST_ENTRY) > 2 * limits.entries:
        raise InputError(f"{what} has more than {limits.entries} files and folders, which is the limit")
    paths: dict[str, None] = {}
    files: dict[str, bytes] = {}
    left = limits.kept_bytes
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                path = info.orig_filename.removeprefix("/")
                if not _is_file(info) or path in paths or not is_plain_path(path, TreeLimits()):
                    continue
                paths[path] = None
                if wanted(path) and (content := _read(archive, info, limits)) is not None:
                    files[path] = content
                    left -= len(content)
                    if left < 0:
                        raise InputError(f"{what} has more than {limits.kept_bytes} bytes in the files read of it")
    except FAULTS as fault:
        raise CutOffError(f"it is no whole archive ({fault})") from None
    return Listed("", "", tuple(paths), files)


def _is_file(info: zipfile.ZipInfo) -> bool:
    mode = stat.S_IFMT(info.external_attr >> 16) if info.create_system == MADE_ON_UNIX else 0
    return not info.is_dir() and mode in (0, stat.S_IFREG)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: StreamLimits) -> bytes | None:
    """None if it is too large, or packed in a way that is not read."""
    if info.flag_bits & ENCRYPTED or info.compress_type not in METHODS or info.file_size > limits.file_bytes:
        return None
    with archive.open(info) as stream:
        data = stream.read(limits.file_bytes + 1)
    return data if len(data) <= limits.file_bytes else None
