"""``/entities/<kind>/<namespace>/<name>``: everything that is known of one entity."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import orjson
import yaml
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, EntityRef
from catalog.ingestion.unprocessed import find_errors
from catalog.queries.history import list_changes, list_claims
from catalog.queries.refs import get_by_ref
from common.errors import NotFoundError
from portal.catalog_page import describe_row
from portal.graph import draw_graph
from portal.page import entity_url, render_page, safe_url, short_ref

MAX_RELATIONS = 500
MAX_YAML = 200_000


@require_safe
def show_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """The page, or a 404 page that shows the errors of an entity that does not appear."""
    ref = EntityRef(kind, namespace, name)
    try:
        entity = orjson.loads(get_by_ref(ref))
    except NotFoundError:
        errors = find_errors(str(ref)) if "\0" not in str(ref) else []
        return render_page(request, "missing.html", {"ref": short_ref(str(ref)), "errors": errors}, status=404)
    relations = [(r["type"], r["targetRef"]) for r in entity.get("relations", ())]
    context = {
        "ref": str(ref),
        "kind": entity["kind"],
        "row": describe_row(entity),
        "metadata": entity["metadata"],
        "facts": list_facts(entity),
        "links": list_links(entity["metadata"]),
        "groups": group_relations(relations[:MAX_RELATIONS]),
        "relations_left_out": max(0, len(relations) - MAX_RELATIONS),
        "graph": draw_graph(str(ref), relations),
        "errors": (entity.get("status") or {}).get("items") or [],
        "sources": list_sources(entity["metadata"].get("annotations") or {}),
        "changes": list_changes(str(ref), limit=10),
        "claims": list_claims(str(ref)),
        "raw": as_yaml(entity),
        "definition": find_definition(entity),
    }
    return render_page(request, "entity.html", context)


def list_facts(entity: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label, text, link) of what the kind says in plain words."""
    spec = entity.get("spec") or {}
    facts = [
        (label, str(spec[key]), "") for key, label in (("type", "Type"), ("lifecycle", "Lifecycle")) if spec.get(key)
    ]
    for type_, label in (("ownedBy", "Owner"), ("partOf", "Part of"), ("memberOf", "Member of"), ("childOf", "Within")):
        facts += [
            (label, short_ref(r["targetRef"]), entity_url(r["targetRef"]))
            for r in entity.get("relations", ())[:MAX_RELATIONS]
            if r["type"] == type_
        ]
    return facts


def list_links(metadata: dict[str, Any]) -> list[tuple[str, str]]:
    links = [(safe_url(link.get("url")), link.get("title") or link.get("url")) for link in metadata.get("links") or ()]
    return [(url, str(title)) for url, title in links if url]


def group_relations(relations: list[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Relation types with their targets as (text, link)."""
    return [
        (type_, [(short_ref(target), entity_url(target)) for _, target in pairs])
        for type_, pairs in groupby(sorted(relations), key=lambda pair: pair[0])
    ]


def list_sources(annotations: dict[str, str]) -> list[tuple[str, str, str]]:
    """(label, text, link): where the description lies, where the chain began, where to read and change it."""
    names = (
        ("Described in", ANNOTATION_LOCATION),
        ("Reached from", ANNOTATION_ORIGIN_LOCATION),
        ("Source", "backstage.io/source-location"),
        ("View", "backstage.io/view-url"),
        ("Edit", "backstage.io/edit-url"),
    )
    found = [(label, str(annotations[key])) for label, key in names if annotations.get(key)]
    return [(label, text, safe_url(text.removeprefix("url:"))) for label, text in found]


def find_definition(entity: dict[str, Any]) -> str:
    definition = (entity.get("spec") or {}).get("definition")
    return definition[:MAX_YAML] if isinstance(definition, str) else ""


def as_yaml(entity: dict[str, Any]) -> str:
    """The entity without what the page shows already; long texts as blocks."""
    shown = {key: value for key, value in entity.items() if key not in ("relations", "status")}
    if isinstance((shown.get("spec") or {}).get("definition"), str):
        shown["spec"] = {**shown["spec"], "definition": "(shown above)"}
    return yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, width=100)[:MAX_YAML]
