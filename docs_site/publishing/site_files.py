"""The files of a built site, and what is written down about it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from common.errors import InputError, NotFoundError
from docs_site.place import METADATA_FILE, parse_file_path

FIRST_PAGE = "index.html"


def find_site_files(site: Path) -> dict[str, Path]:
    """
    The files by their paths in the site, without hidden ones. Raises InputError if it is no site.

    Links are refused: what they lead to would be published.
    """
    if not site.is_dir():
        raise InputError(f"There is no folder '{site}'")
    found: dict[str, Path] = {}
    for folder, folders, names in os.walk(site):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in (*folders, *sorted(names)):
            path = Path(folder, name)
            if path.is_symlink():
                raise InputError(f"'{path.relative_to(site)}' is a link, please put the file itself there")
            if path.is_file() and not name.startswith("."):
                found[_checked(path.relative_to(site).as_posix())] = path
    if FIRST_PAGE not in found:
        raise InputError(
            f"There is no {FIRST_PAGE} in '{site}': documentation needs a first page, such as docs/index.md"
        )
    return found


def _checked(path: str) -> str:
    try:
        return parse_file_path(path)
    except NotFoundError as error:
        raise InputError(f"{path!r} is no name that can be served, please rename the file") from error


def build_metadata(files: Mapping[str, Path], *, default_name: str) -> dict[str, Any]:
    """``techdocs_metadata.json`` as Backstage's generator leaves it, on top of what MkDocs wrote down."""
    known = _read_known(files.get(METADATA_FILE))
    return {
        "site_name": default_name,
        "site_description": "",
        **known,
        "build_timestamp": int(time.time() * 1000),
        "etag": _etag_of(files),
        "files": sorted({*files, METADATA_FILE}),
    }


def _read_known(path: Path | None) -> dict[str, Any]:
    try:
        known = orjson.loads(path.read_bytes()) if path else {}
    except orjson.JSONDecodeError as error:
        raise InputError(f"{METADATA_FILE} is no JSON: {error}") from error
    return known if isinstance(known, dict) else {}


def _etag_of(files: Mapping[str, Path]) -> str:
    """Changes with any file but the metadata themselves."""
    digest = hashlib.sha256()
    for path, file in sorted(files.items()):
        if path != METADATA_FILE:
            with file.open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").hexdigest()
            digest.update(f"{path}\0{content}\n".encode())
    return digest.hexdigest()
