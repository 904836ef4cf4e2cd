"""Reads what a question to the search says, with the checks and the words of Backstage's server. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from typing import Any

from catalog.index.javascript_text import js_length
from common.errors import InputError
from search.api.nested_query import Value, parse_nested_query
from search.query import Question
from search.settings import SearchSettings

DEFAULT_LIMIT = 25
MAX_PAGE = 1_000_000
MAX_FILTERS = 50
MAX_VALUES = 500
# Longer than any number that means something.
MAX_DIGITS = 32


def parse_question(query_string: str, types: Collection[str], settings: SearchSettings) -> tuple[Question, int]:
    """
    The question, and which page of its hits is to be shown, from 0.

    ``types`` are those that there are. Raises InputError.
    """
    values = parse_nested_query(query_string)
    _check_shapes(values)
    term, limit = str(values.get("term", "")), _integer(values.get("pageLimit"))
    wanted = _listed(values.get("types"))
    _check_values(term, wanted, types, limit, settings)
    page = decode_page(str(values.get("pageCursor", "")))
    size = DEFAULT_LIMIT if limit is None else max(limit, 0)
    filters = values.get("filters", {})
    question = Question(
        term=term,
        types=None if wanted is None else frozenset(wanted),
        filters=_parse_filters(filters if isinstance(filters, dict) else {}),
        first=page * size,
        size=size,
    )
    return question, page


# ---------------------------------------------------------------------- the shape of each parameter


def _check_shapes(values: Mapping[str, Value]) -> None:
    """In the order in which the description of the API names them; others may be anything."""
    _require(isinstance(values.get("term", ""), str), "term", "string")
    _require(isinstance(values.get("filters", {}), dict), "filters", "object")
    types = values.get("types", [])
    _require(isinstance(types, list) or (isinstance(types, str) and types != ""), "types", "array")
    for place, value in enumerate(types if isinstance(types, list) else ()):
        _require(isinstance(value, str), f"types/{place}", "string")
    _require(isinstance(values.get("pageCursor", ""), str), "pageCursor", "string")
    if "pageLimit" in values:
        _require(_integer(values["pageLimit"]) is not None, "pageLimit", "integer")


def _require(is_right: bool, name: str, expected: str) -> None:
    if not is_right:
        raise InputError(f"request/query/{name} must be {expected}")


def _listed(types: Value | None) -> list[str] | None:
    if types is None:
        return None
    return [types] if isinstance(types, str) else [str(value) for value in types]


def _integer(value: Value | None) -> int | None:
    """A whole number as JavaScript reads it; None for anything else."""
    if not isinstance(value, str) or len(value) > MAX_DIGITS:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


# ---------------------------------------------------------------------- what each parameter may be


def _check_values(
    term: str, wanted: list[str] | None, types: Collection[str], limit: int | None, settings: SearchSettings
) -> None:
    """All faults in one message, as a list in JSON."""
    faults = []
    if (length := js_length(term)) > settings.max_term_length:
        faults.append(_fault(f'The term length "{length}" is greater than "{settings.max_term_length}"', "term"))
    for place, value in enumerate(wanted or ()):
        if value not in types:
            faults.append(_fault("Invalid input", "types", place))
    if limit is not None and limit > settings.max_page_limit:
        faults.append(_fault(f'The page limit "{limit}" is greater than "{settings.max_page_limit}"', "pageLimit"))
    if faults:
        raise InputError(f"Invalid query string: {json.dumps(faults, indent=2)}")


def _fault(message: str, *path: str | int) -> dict[str, Any]:
    return {"code": "custom", "message": message, "path": path}


def _parse_filters(filters: Mapping[str, Value]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if len(filters) > MAX_FILTERS:
        raise InputError(f"Too many filters: {len(filters)}, at most {MAX_FILTERS} are allowed")
    return tuple((name, _parse_values(name, value)) for name, value in filters.items())


def _parse_values(name: str, value: Value) -> tuple[str, ...]:
    """The values of which one must be the field's. An object is no value that a field could have."""
    values = value if isinstance(value, list) else [value]
    if len(values) > MAX_VALUES:
        raise InputError(f"Too many values for the filter '{name}': {len(values)}, at most {MAX_VALUES} are allowed")
    return tuple(part for part in values if isinstance(part, str))


# ---------------------------------------------------------------------- cursors: the number of a page


def encode_page(page: int) -> str:
    return base64.b64encode(str(page).encode()).decode()


def decode_page(cursor: str) -> int:
    """Raises InputError for anything that no answer ever held."""
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor.encode(), validate=True).decode() if len(cursor) <= MAX_DIGITS else ""
    except (binascii.Error, UnicodeError):
        text = ""
    if not text.isdecimal() or not text.isascii() or int(text) > MAX_PAGE:
        raise InputError("Invalid page cursor")
    return int(text)
