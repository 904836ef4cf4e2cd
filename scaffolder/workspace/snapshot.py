"""A workspace as bytes, to be put back on any machine: a compressed tar archive of plain files and folders."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zlib

from common.errors import InputError
from scaffolder.workspace.workspace import Workspace

CHUNK_BYTES = 1024 * 1024
FASTEST = 1


def fingerprint(workspace: Workspace) -> str:
    """The same as long as nothing in the workspace was touched; empty if nothing is in it."""
    digest = hashlib.blake2b(digest_size=16)
    is_empty = True
    for entry, times in workspace.walk_with_times():
        digest.update(f"{entry.path}\0{entry.is_folder}{entry.is_executable}{entry.size}/{times}\n".encode())
        is_empty = False
    return "" if is_empty else digest.hexdigest()


def ensure_within_quota(workspace: Workspace, *, max_bytes: int, max_files: int) -> None:
    """Raises InputError."""
    size = 0
    for files, entry in enumerate(workspace.walk(), start=1):
        size += entry.size
        if size > max_bytes or files > max_files:
            raise InputError(
                f"The workspace has grown beyond {max_bytes} bytes or {max_files} files; fetch less, or raise"
                " callboard.scaffolder.maxWorkspaceBytes or callboard.scaffolder.maxWorkspaceFiles"
            )


def pack(workspace: Workspace) -> list[bytes]:
    """Chunks of at most CHUNK_BYTES."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for entry in workspace.walk():
            info = tarfile.TarInfo(entry.path)
            info.type = tarfile.DIRTYPE if entry.is_folder else tarfile.REGTYPE
            info.mode = 0o755 if entry.is_folder or entry.is_executable else 0o644
            data = b"" if entry.is_folder else workspace.read_bytes(entry.path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    packed = zlib.compress(plain.getbuffer(), FASTEST)
    return [packed[start : start + CHUNK_BYTES] for start in range(0, len(packed), CHUNK_BYTES)]


def unpack(chunks: list[bytes], workspace: Workspace) -> None:
    """Into an empty workspace, through the same door as everything else."""
    plain = io.BytesIO(zlib.decompress(b"".join(chunks)))
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        for info in archive:
            if info.isdir():
                workspace.make_folder(info.name)
            elif info.isreg():
                stream = archive.extractfile(info)
                data = stream.read() if stream else b""
                workspace.write_bytes(info.name, data, is_executable=bool(info.mode & 0o100))
