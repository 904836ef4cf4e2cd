"""Archives as ``git archive`` makes them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping


def tar_gz(
    folder: str, files: Mapping[str, bytes], *, commit: str = "", links: Mapping[str, str] | None = None
) -> bytes:
    """With the commit's id in the header of the whole, where git writes it."""
    raw = io.BytesIO()
    headers = {"comment": commit} if commit else {}
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT, pax_headers=headers) as archive:
        for name in sorted({folder, *_folders(folder, files)}):
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE
            archive.addfile(info)
        for path, data in files.items():
            info = tarfile.TarInfo(f"{folder}/{path}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for path, target in (links or {}).items():
            info = tarfile.TarInfo(f"{folder}/{path}")
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return gzip.compress(raw.getvalue(), compresslevel=1, mtime=0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return raw.getvalue()


def _folders(folder: str, files: Mapping[str, bytes]) -> set[str]:
    found = set()
    for path in files:
        parts = path.split("/")[:-1]
        found |= {"/".join([folder, *parts[:count]]) for count in range(1, len(parts) + 1)}
    return found
