"""The final entity out of its parts: the processed entity, its relations, its errors. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.index.terms import build_terms, encode_terms
from catalog.kinds.links import is_script_url
from common.hashing import content_hash

ORPHAN_ANNOTATION = "backstage.io/orphan"
REJECTED_URL = "https://backstage.io/annotation-rejected-for-security-reasons"
URL_ANNOTATIONS = ("backstage.io/view-url", "backstage.io/edit-url")
STATUS_TYPE = "backstage.io/catalog-processing"


@dataclass(frozen=True, slots=True)
class FinalText:
    """What is stored of a final entity."""

    etag: str
    body: str
    terms: str


def content_etag(entity: dict[str, Any]) -> str:
    return content_hash(orjson.dumps(entity))


def assemble(
    processed: str, *, relations: Sequence[tuple[str, str]], errors: Sequence[dict[str, str]], is_orphan: bool
) -> dict[str, Any]:
    """The entity without uid and etag. ``relations``: (type, target ref), sorted and without doubles."""
    entity: dict[str, Any] = orjson.loads(processed)
    annotations = entity["metadata"].setdefault("annotations", {})
    if is_orphan:
        annotations[ORPHAN_ANNOTATION] = "true"
    for name in URL_ANNOTATIONS:
        value = annotations.get(name)
        if isinstance(value, str) and is_script_url(value):
            annotations[name] = REJECTED_URL
    entity["relations"] = [{"type": type_, "targetRef": target} for type_, target in relations]
    if errors:
        status = entity.get("status") or {}
        entity["status"] = {**status, "items": [*(status.get("items") or []), *map(_status_item, errors)]}
    return entity


def _status_item(error: dict[str, str]) -> dict[str, Any]:
    return {
        "type": STATUS_TYPE,
        "level": "error",
        "message": f"{error['name']}: {error['message']}",
        "error": error,
    }


def finish(entity: dict[str, Any], *, uid: str, etag: str) -> FinalText:
    """Raises InputError if two of the entity's keys differ in case alone, for then no filter could tell them apart."""
    metadata = entity["metadata"]
    metadata["uid"] = uid
    metadata.setdefault("etag", etag)
    return FinalText(etag, orjson.dumps(entity).decode(), encode_terms(build_terms(entity)))
