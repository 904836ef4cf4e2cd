"""Where the source of an entity's documentation lies, by its ``backstage.io/techdocs-ref``. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION
from common.errors import InputError
from integrations.registry import ScmIntegrations

ANNOTATION_DOCS = "backstage.io/techdocs-ref"
ANNOTATION_SOURCE = "backstage.io/source-location"


def find_source_location(entity: Mapping[str, Any], integrations: ScmIntegrations) -> dict[str, str]:
    """
    ``{"type", "target"}``; the type is ``url``, or ``dir`` for a folder on this machine.

    Raises InputError if the entity does not say, or says something else.
    """
    annotations = entity["metadata"].get("annotations") or {}
    kind, target = _parse(annotations, ANNOTATION_DOCS)
    if kind == "url":
        return {"type": "url", "target": target}
    if kind != "dir":
        raise InputError(f"Invalid reference annotation {kind} in {ANNOTATION_DOCS}, expected url or dir")
    named = ANNOTATION_SOURCE if annotations.get(ANNOTATION_SOURCE) else ANNOTATION_LOCATION
    base_kind, base = _parse(annotations, named)
    if base_kind == "url":
        return {"type": "url", "target": integrations.resolve_url(url=target, base=base)}
    if base_kind == "file":
        return {"type": "dir", "target": _below(posixpath.dirname(base), target)}
    raise InputError(f"Unable to resolve location type {base_kind}")


def _parse(annotations: Mapping[str, Any], name: str) -> tuple[str, str]:
    text = annotations.get(name)
    kind, colon, target = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (kind and colon and target):
        raise InputError(f"No location annotation provided in entity: {name}")
    return kind, target


def _below(folder: str, target: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, target))
    if path != folder and not path.startswith(f"{folder.rstrip('/')}/"):
        raise InputError(f"Relative path {target!r} is not allowed to refer to a folder outside its parent")
    return path
