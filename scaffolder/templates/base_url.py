"""What the relative URLs in a template start from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION, LocationRef

ANNOTATION_SOURCE_LOCATION = "backstage.io/source-location"


def entity_base_url(entity: Mapping[str, Any]) -> str | None:
    """
    A ``url`` or ``file:`` URL; None if the entity says nothing that could be one.

    Its author may name another place on the web. A place on this machine only counts if the catalog itself has read the
    entity from one: then it is that one, whatever the author says. Raises InputError for a malformed location.
    """
    annotations = entity["metadata"].get("annotations") or {}
    source = _location(annotations.get(ANNOTATION_SOURCE_LOCATION))
    if source is not None and source.type == "url":
        return source.target
    recorded = _location(annotations.get(ANNOTATION_LOCATION))
    if recorded is None:
        return None
    if recorded.type == "file":
        return Path(recorded.target).as_uri()
    return recorded.target if recorded.type == "url" else None


def _location(text: Any) -> LocationRef | None:
    return LocationRef.parse(text) if isinstance(text, str) and text else None
