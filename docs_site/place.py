"""Where a site and a file of it lie, in whatever store: ``namespace/kind/name/path``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.entity_ref import EntityRef
from common.errors import InputError, NotFoundError

METADATA_FILE = "techdocs_metadata.json"
SEARCH_FILE = "search/search_index.json"
MAX_PATH = 1000

_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
# What somebody behind us might decode a second time.
_ENCODED = re.compile(r"%(?:2e|2f|5c|00)", re.I)


@dataclass(frozen=True, slots=True)
class DocsPlace:
    """The place of one entity's site. Equal for all spellings of the ref, unless case is to be kept."""

    namespace: str
    kind: str
    name: str

    @property
    def parts(self) -> tuple[str, str, str]:
        return (self.namespace, self.kind, self.name)

    def __str__(self) -> str:
        return "/".join(self.parts)


def place_of(ref: EntityRef, *, keeps_case: bool) -> DocsPlace:
    """Raises InputError if a part of the ref could not be the name of a folder. No name of an entity is such a one."""
    parts = (ref.namespace, ref.kind, ref.name)
    for part in parts:
        if not _PART.fullmatch(part) or len(part) > 253:
            raise InputError(f"Entity reference '{ref}' has the part {part!r}, which no entity can have")
    return DocsPlace(*(parts if keeps_case else (part.lower() for part in parts)))


def parse_file_path(text: str) -> str:
    """
    The path of a file below its site; that of a folder, or nothing, means its ``index.html``.

    Raises NotFoundError for what leads elsewhere and for hidden files: no site has either.
    """
    path = f"{text}index.html" if not text or text.endswith("/") else text
    parts = path.split("/")
    is_odd = "\\" in path or _ENCODED.search(path) or any(not char.isprintable() for char in path)
    if is_odd or len(path) > MAX_PATH or any(not part or part.startswith(".") for part in parts):
        raise NotFoundError(f"There is no file {text[:200]!r} in this documentation")
    return path
