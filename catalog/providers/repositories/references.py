"""What descriptors of a repository refer to in the same repository: placeholders, and targets of Locations."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.descriptors import BrokenDocument, parse_descriptor
from catalog.ingestion.placeholders import PARSERS
from catalog.ingestion.sources import Sources
from common.errors import CallboardError
from integrations.git.tree import MAGIC

# Of one descriptor file; what is beyond is read from the host when it is needed.
MAX_REFERENCES = 200
HINTS = (b"$text", b"$json", b"$yaml", b"Location")


@dataclass(frozen=True, slots=True)
class Reference:
    """``path`` from the top of the repository, ``url`` as ingestion will ask for it."""

    path: str
    url: str
    is_descriptor: bool


def find_references(data: bytes, path: str, url: str, sources: Sources) -> list[Reference]:
    """Those of the file at ``path``, whose address is ``url``. Nothing is found in what is no descriptor."""
    if not any(hint in data for hint in HINTS):
        return []
    try:
        documents = parse_descriptor(data, location=url, limits=sources.limits)
    except CallboardError:
        return []
    found: dict[str, Reference] = {}
    for document in documents:
        if isinstance(document, BrokenDocument):
            continue
        for target, is_descriptor in _targets(document.entity):
            reference = _resolve(target, is_descriptor, path, url, sources)
            if reference and len(found) < MAX_REFERENCES:
                found[reference.url] = reference
    return list(found.values())


def _targets(entity: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    if entity.get("kind") == "Location" and isinstance(spec := entity.get("spec"), dict):
        targets = spec.get("targets")
        for target in [spec.get("target"), *(targets if isinstance(targets, list) else [])]:
            if isinstance(target, str):
                yield target, True
    waiting: list[Any] = [entity]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            for key, inner in value.items():
                if key in PARSERS and isinstance(inner, str):
                    yield inner, False
                else:
                    waiting.append(inner)


def _resolve(target: str, is_descriptor: bool, path: str, url: str, sources: Sources) -> Reference | None:
    """None for what is not a plain path within the repository."""
    if "://" in target or MAGIC.search(target) or "\\" in target or "?" in target or "#" in target:
        return None
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(path), target)
    plain = posixpath.normpath(joined)
    if not target or plain.startswith("..") or plain in (".", path):
        return None
    try:
        return Reference(plain, sources.integrations.resolve_url(url=target, base=url), is_descriptor)
    except CallboardError:
        return None
