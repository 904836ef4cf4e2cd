"""
Cursors of ``/entities/by-query``: the question and a place in its order, as base64 of JSON.

A place is (value, uid), or (uid) alone without an order: it holds when entities come and go. Cursors come back from
outside, so each is checked like any other input.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from catalog.queries.opaque import OpaqueTextError, decode_opaque, encode_opaque
from catalog.queries.order import OrderField
from catalog.queries.predicate import Predicate, parse_predicate, predicate_to_json
from common.api.json_syntax import find_json_fault
from common.errors import InputError

MAX_ORDER_FIELDS = 100
MAX_TEXT_LENGTH = 10_000
MAX_TEXT_FIELDS = 1_000
MAX_COUNT = 2**53

Place = tuple[str, ...]

COMPLAINT = "Malformed cursor: "


@dataclass(frozen=True, slots=True)
class Question:
    """What all pages of one walk have in common."""

    predicate: Predicate | None
    order: tuple[OrderField, ...]
    full_text_term: str
    full_text_fields: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """
    A page of the walk: the one beyond ``place``, or before it; without a place, the first.

    ``first_place``: where the walk's first page began. ``total_items``: as counted then.
    """

    question: Question
    place: Place | None
    first_place: Place
    is_previous: bool
    total_items: int


def encode_cursor(cursor: Cursor) -> str:
    question = cursor.question
    content: dict[str, Any] = {
        "orderFields": [
            {"field": field.field} | ({"order": field.order} if field.order else {}) for field in question.order
        ],
        "fullTextFilter": {"term": question.full_text_term},
        "orderFieldValues": cursor.place or (),
        "firstSortFieldValues": cursor.first_place,
        "isPrevious": cursor.is_previous,
        "totalItems": cursor.total_items,
    }
    if question.full_text_fields is not None:
        content["fullTextFilter"]["fields"] = question.full_text_fields
    if question.predicate is not None:
        content["query"] = predicate_to_json(question.predicate)
    return encode_opaque(content)


def decode_cursor(text: str) -> Cursor:
    """Raises InputError ``Malformed cursor: ...`` on anything that ``encode_cursor`` would not have written."""
    content = _read_json(text)
    if type(content) is not dict:
        _refuse("expected an object")
    question = _read_question(content)
    place, first_place = (_texts(content, name, 2) for name in ("orderFieldValues", "firstSortFieldValues"))
    place_length = 2 if question.order else 1
    if len(place) not in (0, place_length) or len(first_place) != place_length:
        _refuse(f"expected {place_length} values for its order")
    is_previous, total_items = content.get("isPrevious"), content.get("totalItems")
    if type(is_previous) is not bool:
        _refuse('expected a boolean at "isPrevious"')
    if type(total_items) is not int or not 0 <= total_items <= MAX_COUNT:
        _refuse('expected a count at "totalItems"')
    return Cursor(question, place or None, first_place, is_previous, total_items)


def _read_question(content: dict[str, Any]) -> Question:
    order = content.get("orderFields")
    if type(order) is not list or len(order) > MAX_ORDER_FIELDS:
        _refuse('expected a short list at "orderFields"')
    text_filter = content.get("fullTextFilter", {"term": ""})
    if type(text_filter) is not dict or not _is_text(text_filter.get("term")):
        _refuse('expected an object with a short "term" at "fullTextFilter"')
    return Question(
        parse_predicate(content["query"], complaint=COMPLAINT, path=("query",)) if "query" in content else None,
        tuple(_read_order_field(field, rank) for rank, field in enumerate(order)),
        text_filter["term"],
        _texts(text_filter, "fields", MAX_TEXT_FIELDS) if "fields" in text_filter else None,
    )


def _read_order_field(value: Any, rank: int) -> OrderField:
    if type(value) is dict and _is_text(value.get("field")):
        if value.get("order") in ("asc", "desc"):
            return OrderField(value["field"], value["order"])
        if "order" not in value:
            raise InputError(f"{COMPLAINT}InputError: {COMPLAINT}{_missing_direction(rank)}")
    return _refuse(f'expected a field and "asc" or "desc" at "orderFields[{rank}]"')


def _missing_direction(rank: int) -> str:
    """What the reference says, too, of the cursors that it makes for ``orderField=name`` without a direction."""
    issue = {
        "expected": "'asc' | 'desc'",
        "received": "undefined",
        "code": "invalid_type",
        "path": ["orderFields", rank, "order"],
        "message": "Required",
    }
    return json.dumps([issue], indent=2)


def _texts(content: dict[str, Any], name: str, most: int) -> tuple[str, ...]:
    values = content.get(name)
    if type(values) is not list or len(values) > most or not all(map(_is_text, values)):
        return _refuse(f'expected a list of at most {most} short texts at "{name}"')
    return tuple(values)


def _is_text(value: Any) -> bool:
    return type(value) is str and len(value) <= MAX_TEXT_LENGTH


def _read_json(text: str) -> Any:
    try:
        return decode_opaque(text)
    except OpaqueTextError as error:
        fault = find_json_fault(error.text) or "it is no JSON that can be read"
        raise InputError(f"{COMPLAINT}SyntaxError: {fault}") from None


def _refuse(expectation: str) -> NoReturn:
    raise InputError(f"{COMPLAINT}{expectation}")
