"""``/``: all entities of a kind, searched and filtered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.entity_ref import entity_ref_of
from catalog.queries.facets import count_facets
from catalog.queries.order import OrderField
from catalog.queries.pages import EntityPage, QueryRequest, query_entities
from catalog.queries.predicate import AllOf, HasValue, Predicate
from common.errors import InputError
from portal.page import entity_url, render_page, short_ref

PAGE_SIZE = 50
MAX_CHOICES = 200
MAX_PARAMETER = 200
SEARCHED = ("metadata.name", "metadata.title", "metadata.description")
# What the form calls it, the key in the index, what people read.
FILTERS = (
    ("owner", "relations.ownedBy", "Owner"),
    ("type", "spec.type", "Type"),
    ("lifecycle", "spec.lifecycle", "Lifecycle"),
    ("tag", "metadata.tags", "Tag"),
)
KIND_ORDER = ("component", "api", "resource", "system", "domain", "group", "user", "template", "location")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter: what is sent, what is read, how many entities it leaves."""

    value: str
    label: str
    count: int
    is_chosen: bool


@require_safe
def show_catalog(request: HttpRequest) -> HttpResponse:
    """Two index questions and one query for the bodies."""
    asked = {
        name: request.GET.get(name, "")[:MAX_PARAMETER] for name in ("kind", "q", *(name for name, _, _ in FILTERS))
    }
    kinds = list_kinds(asked["kind"])
    kind = next((choice.value for choice in kinds if choice.is_chosen), "")
    page = find_page(request, kind, asked)
    is_filtered = any(value for name, value in asked.items() if name != "kind")
    context = {
        "kinds": kinds,
        "kind": kind,
        "kind_label": next((choice.label for choice in kinds if choice.is_chosen), "Catalog"),
        "asked": asked,
        "filters": list_filters(kind, asked),
        "rows": [describe_row(orjson.loads(body)) for body in page.bodies],
        "total": page.total_items,
        "next": page_link(asked, kind, page.next_cursor),
        "previous": page_link(asked, kind, page.prev_cursor),
        "is_filtered": is_filtered,
        "is_empty": not kinds,
        "section": "catalog",
    }
    return render_page(request, "catalog.html", context)


def list_kinds(asked: str) -> list[Choice]:
    counts: dict[str, int] = {}
    for value, count in count_facets(["kind"])["kind"]:
        counts[value.lower()] = counts.get(value.lower(), 0) + count
    known = [kind for kind in KIND_ORDER if kind in counts]
    kinds = known + sorted(counts.keys() - set(known))
    chosen = asked.lower() if asked.lower() in counts else next(iter(kinds), "")
    return [Choice(kind, plural(kind), counts[kind], kind == chosen) for kind in kinds]


def plural(kind: str) -> str:
    if kind == "api":
        return "APIs"
    return f"{kind.capitalize()}s"


def predicate_for(kind: str, asked: dict[str, str]) -> Predicate:
    parts: list[Predicate] = [HasValue("kind", (kind,))]
    for name, key, _ in FILTERS:
        if asked[name]:
            parts.append(HasValue(key.lower(), (asked[name].lower(),)))
    return AllOf(tuple(parts))


def find_page(request: HttpRequest, kind: str, asked: dict[str, str]) -> EntityPage:
    if not kind:
        return EntityPage([], 0, None, None)
    cursor = request.GET.get("cursor")
    if cursor:
        try:
            return query_entities(cursor, limit=PAGE_SIZE)
        except InputError:
            pass  # a link that was cut short: its first page is the best answer
    question = QueryRequest(
        predicate=predicate_for(kind, asked),
        order=(OrderField("metadata.name", "asc"),),
        limit=PAGE_SIZE,
        full_text_term=asked["q"],
        full_text_fields=SEARCHED,
    )
    return query_entities(question)


def list_filters(kind: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    if not kind:
        return []
    counts = count_facets([key for _, key, _ in FILTERS], predicate=HasValue("kind", (kind,)))
    return [
        {"name": name, "label": label, "choices": list_choices(counts[key], asked[name])}
        for name, key, label in FILTERS
        if counts[key]
    ]


def list_choices(counts: Iterable[tuple[str, int]], asked: str) -> list[Choice]:
    most = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:MAX_CHOICES]
    shown = sorted(most, key=lambda pair: pair[0].lower())
    return [Choice(value, label_of(value), count, value.lower() == asked.lower()) for value, count in shown]


def label_of(value: str) -> str:
    kind, colon, _ = value.partition(":")
    return short_ref(value).removeprefix("group:") if colon and kind in ("group", "user") else value


def describe_row(entity: dict[str, Any]) -> dict[str, Any]:
    metadata, spec = entity["metadata"], entity.get("spec") or {}
    owner = next((r["targetRef"] for r in entity.get("relations", ()) if r["type"] == "ownedBy"), "")
    profile = spec.get("profile") if isinstance(spec.get("profile"), dict) else {}
    name = (
        metadata["name"]
        if metadata.get("namespace", "default") == "default"
        else f"{metadata['namespace']}/{metadata['name']}"
    )
    return {
        "name": name,
        "title": metadata.get("title") or profile.get("displayName") or "",
        "url": entity_url(entity_ref_of(entity)),
        "description": metadata.get("description", ""),
        "owner": label_of(owner),
        "owner_url": entity_url(owner) if owner else "",
        "type": spec.get("type", ""),
        "lifecycle": spec.get("lifecycle", ""),
        "tags": metadata.get("tags") or [],
        "has_errors": bool((entity.get("status") or {}).get("items")),
    }


def page_link(asked: dict[str, str], kind: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    return "?" + urlencode({**{k: v for k, v in asked.items() if v}, "kind": kind, "cursor": cursor})
