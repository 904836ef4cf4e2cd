"""Entities to suggest in a form's field: those that the template's filter lets through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from catalog.entity_ref import entity_ref_of
from catalog.queries.fields import parse_fields
from catalog.queries.order import OrderField
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasValue, Predicate
from portal.form.field import Choice, Field
from portal.form.schema import Json, Schema, record, text, texts

MAX_SUGGESTIONS = 300
FIELDS = parse_fields(["kind,metadata.name,metadata.namespace,metadata.title,spec.profile.displayName"])

Find = Callable[[Sequence[Json]], tuple[Choice, ...]]


def suggest_entities(lookup: Sequence[Json], visible: Predicate | None) -> tuple[Choice, ...]:
    """Refs with titles, by name. One index question and one query."""
    request = QueryRequest(
        predicate=read_lookup(lookup),
        order=(OrderField("metadata.name", "asc"),),
        limit=MAX_SUGGESTIONS,
        fields=FIELDS,
        total_items=False,
    )
    page = query_entities(request, visible=visible)
    return tuple(map(_choice, map(orjson.loads, page.bodies)))


def with_suggestions(fields: Iterable[Field], find: Find) -> tuple[Field, ...]:
    """The same fields; those that look for entities know some."""
    return tuple(
        replace(
            field,
            suggestions=() if field.lookup is None else find(field.lookup),
            parts=with_suggestions(field.parts, find),
        )
        for field in fields
    )


def read_lookup(lookup: Sequence[Json]) -> Predicate | None:
    """Any of the filters, all of what one wants. What makes no sense is not wanted."""
    filters = [AllOf(tuple(wanted)) for part in lookup if (wanted := _read_filter(record(part)))]
    return AnyOf(tuple(filters)) if filters else None


def _read_filter(part: Schema) -> list[Predicate]:
    wanted: list[Predicate] = []
    for key, value in part.items():
        if isinstance(value, dict) and value.get("exists") is True:
            wanted.append(HasKey(key.lower()))
        elif values := texts(value):
            wanted.append(HasValue(key.lower(), tuple(one.lower() for one in values)))
    return wanted


def _choice(entity: dict[str, Any]) -> Choice:
    profile = record(record(entity.get("spec")).get("profile"))
    ref = entity_ref_of(entity)
    title = text(entity["metadata"].get("title")) or text(profile.get("displayName"))
    return Choice(ref, title or entity["metadata"]["name"])
