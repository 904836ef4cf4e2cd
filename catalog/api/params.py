"""
From checked requests to the questions that the queries take. Pure: nothing here asks the database.

``check_request`` has seen to the types before; what is refused here is what only the meaning shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from catalog.queries.fields import Projection, parse_fields
from catalog.queries.order import OrderField
from catalog.queries.pages import QueryRequest
from catalog.queries.predicate import AllOf, Predicate, parse_filters, parse_predicate
from common.api.request_check import MAX_INTEGER
from common.errors import InputError

_ORDER = re.compile(r"(asc|desc):(.+)")
_MALFORMED_BATCH = "Malformed request body (did you remember to specify an application/json content type?), "


@dataclass(frozen=True, slots=True)
class ListParams:
    """``GET /entities``."""

    predicate: Predicate | None
    fields: Projection | None
    order: tuple[OrderField, ...]
    limit: int | None
    offset: int | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PageParams:
    """``/entities/by-query``: a first question, or a cursor with a page size and fields of its own."""

    question: QueryRequest | str
    limit: int | None
    fields: Projection | None


@dataclass(frozen=True, slots=True)
class BatchParams:
    """``POST /entities/by-refs``."""

    refs: list[str]
    predicate: Predicate | None
    fields: Projection | None


@dataclass(frozen=True, slots=True)
class FacetParams:
    """``/entity-facets``."""

    facets: list[str]
    predicate: Predicate | None


def parse_list_params(query: Mapping[str, Any]) -> ListParams:
    predicate = parse_filters(query.get("filter"))
    fields = parse_fields(query.get("fields"))
    order = parse_order(query.get("order", ()))
    if query.get("limit") == 0:
        raise InputError("Invalid limit, must be greater than zero")
    return ListParams(predicate, fields, order, query.get("limit"), query.get("offset"), query.get("after"))


def parse_order(items: Sequence[str]) -> tuple[OrderField, ...]:
    """Read ``asc:metadata.name``. Raises InputError on anything else."""
    return tuple(_parse_order_item(item) for item in items)


def _parse_order_item(item: str) -> OrderField:
    found = _ORDER.fullmatch(item)
    if not found:
        raise InputError(f'Invalid order parameter "{item}", expected "<asc or desc>:<field name>"')
    return OrderField(found[2], cast(Literal["asc", "desc"], found[1]))


def parse_order_fields(items: Sequence[str]) -> tuple[OrderField, ...]:
    """Read ``metadata.name,asc``; the direction may be missing. Raises InputError on another direction."""
    return tuple(_parse_order_field(item) for item in items)


def _parse_order_field(item: str) -> OrderField:
    field, *rest = item.split(",")
    order = rest[0] if rest else None
    if order not in ("asc", "desc", None):
        raise InputError("Invalid order field order, must be asc or desc")
    return OrderField(field, cast(Literal["asc", "desc"] | None, order))


def parse_page_params(query: Mapping[str, Any]) -> PageParams:
    fields = parse_fields(query.get("fields"))
    limit: int | None = query.get("limit")
    if cursor := query.get("cursor"):
        return PageParams(cursor, limit, fields)
    return PageParams(
        QueryRequest(
            predicate=parse_filters(query.get("filter")),
            order=parse_order_fields(query.get("orderField", ())),
            limit=limit,
            offset=query.get("offset"),
            fields=fields,
            full_text_term=query.get("fullTextFilterTerm", ""),
            full_text_fields=_tuple_or_none(query.get("fullTextFilterFields")),
            total_items=query.get("totalItems") != "exclude",
        ),
        limit,
        fields,
    )


def parse_page_body(body: Mapping[str, Any]) -> PageParams:
    limit = _whole_number(body, "limit")
    if "cursor" in body:
        if not body["cursor"]:
            raise InputError("Cursor cannot be empty")
        return PageParams(body["cursor"], limit, parse_fields(body.get("fields")))
    predicate = parse_predicate(body["query"]) if "query" in body else None
    fields = parse_fields(body.get("fields"))
    text = body.get("fullTextFilter", {})
    return PageParams(
        QueryRequest(
            predicate=predicate,
            order=tuple(OrderField(item["field"], item["order"]) for item in body.get("orderBy", ())),
            limit=limit,
            offset=_whole_number(body, "offset"),
            fields=fields,
            full_text_term=text.get("term", ""),
            full_text_fields=_tuple_or_none(text.get("fields")),
            total_items=body.get("totalItems") != "exclude",
        ),
        limit,
        fields,
    )


def parse_batch_params(query: Mapping[str, Any], body: Mapping[str, Any]) -> BatchParams:
    if "entityRefs" not in body:
        raise InputError(f'{_MALFORMED_BATCH}Validation error: Required at "entityRefs"')
    asked = parse_predicate(body["query"], complaint=_MALFORMED_BATCH, path=("query",)) if "query" in body else None
    found = tuple(part for part in (parse_filters(query.get("filter")), asked) if part is not None)
    return BatchParams(
        refs=body["entityRefs"],
        predicate=AllOf(found) if len(found) > 1 else next(iter(found), None),
        fields=parse_fields(None, extra=body.get("fields")),
    )


def parse_facet_params(query: Mapping[str, Any]) -> FacetParams:
    predicate = parse_filters(query.get("filter"))
    facets = [facet for facet in query["facet"] if facet]
    if not facets:
        raise InputError("Missing facet parameter")
    return FacetParams(facets, predicate)


def parse_facet_body(body: Mapping[str, Any]) -> FacetParams:
    facets = [facet for facet in body["facets"] if facet]
    if not facets:
        raise InputError("Missing or empty facets parameter")
    return FacetParams(facets, parse_predicate(body["query"]) if "query" in body else None)


def _tuple_or_none(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _whole_number(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if value != int(value):
        raise InputError(f"request/body/{name} must be integer")
    if value < 0:
        raise InputError(f"request/body/{name} must be >= 0")
    return min(int(value), MAX_INTEGER)
