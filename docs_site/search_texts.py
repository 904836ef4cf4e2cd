"""The pages of a site as the search keeps them, out of what MkDocs wrote for its own search. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from catalog.entity_ref import EntityRef
from common.errors import InputError
from common.search_documents import SearchDocument
from docs_site.place import DocsPlace

TYPE = "techdocs"
MAX_DOCUMENTS = 10_000
MAX_LOCATION = 1_000


def read_documents(text: bytes, place: DocsPlace, entity: Mapping[str, Any]) -> list[SearchDocument]:
    """One for each page and each section of one. What is no such text is left out; so is all of what is no index."""
    try:
        docs = orjson.loads(text)["docs"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []
    ref = str(EntityRef(place.kind, place.namespace, place.name))
    fields = _fields_of(place, entity)
    pages = _readable(docs) if isinstance(docs, list) else ()
    return [
        SearchDocument(title, body, f"/docs/{place}/{path}", ref, {**fields, "path": path})
        for title, body, path in pages
    ]


def _readable(docs: list[Any]) -> Iterator[tuple[str, str, str]]:
    for doc in docs[:MAX_DOCUMENTS]:
        if not isinstance(doc, dict):
            continue
        title, body, path = (doc.get(key, "") for key in ("title", "text", "location"))
        if isinstance(title, str) and isinstance(body, str) and isinstance(path, str) and _leads_below(path):
            yield html.unescape(title), html.unescape(body), path


def _leads_below(path: str) -> bool:
    steps = path.partition("#")[0].split("/")
    return len(path) <= MAX_LOCATION and path.isprintable() and "\\" not in path and not {".", ".."} & {*steps}


def _fields_of(place: DocsPlace, entity: Mapping[str, Any]) -> dict[str, Any]:
    spec = entity.get("spec") if isinstance(entity.get("spec"), dict) else {}
    title = entity["metadata"].get("title")
    return {
        "namespace": place.namespace,
        "kind": place.kind,
        "name": place.name,
        **({"entityTitle": title} if isinstance(title, str) else {}),
        "componentType": _text(spec, "type") or "other",
        "lifecycle": _text(spec, "lifecycle"),
        "owner": _owner_of(entity),
    }


def _text(spec: Any, key: str) -> str:
    value = spec.get(key)
    return value if isinstance(value, str) else ""


def _owner_of(entity: Mapping[str, Any]) -> str:
    """Its name alone, as Backstage has it."""
    for relation in entity.get("relations") or ():
        if relation.get("type") == "ownedBy":
            try:
                return EntityRef.parse(relation["targetRef"]).name
            except InputError:
                return ""
    return ""
