"""
Checks a request against its operation in an API's description, in the order and words of Backstage's server.

First the body's syntax and media type, then unknown and empty parameters, then both schemas in one message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from common.api.json_body import media_type_of, read_json_body
from common.api.openapi import ApiDescription, Operation, QueryParameter
from common.api.query_string import QueryValue, parse_query_string
from common.api.schema_check import find_fault
from common.errors import InputError

# JavaScript's largest exact integer: what is beyond means "all" here, and stays a number that databases take.
MAX_INTEGER = 2**53 - 1

_DECIMAL = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|Infinity)")
_OTHER_BASE = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """``query`` holds text, lists of text and integers, as the operation says; ``body`` is what its schema allows."""

    query: Mapping[str, Any]
    body: Any


def check_request(description: ApiDescription, request: HttpRequest, operation_id: str) -> CheckedRequest:
    """Raises InputError with the first fault of the query string and the first of the body."""
    operation = description.operation(operation_id)
    body = _read_body(request, operation) if operation.body else None
    given = parse_query_string(request.META.get("QUERY_STRING", ""), way_out=description.long_questions)
    query = _coerce_query(given, operation)
    faults = [
        _find_query_fault(description, query, operation),
        _find_body_fault(description, request, body, operation),
    ]
    if found := ", ".join(filter(None, faults)):
        raise InputError(found)
    return CheckedRequest(query=query, body=body)


def _read_body(request: HttpRequest, operation: Operation) -> Any:
    body = read_json_body(request)
    media_type = media_type_of(request)
    if media_type != "application/json" and (media_type or operation.needs_body):
        raise InputError(f"unsupported media type {media_type or 'undefined'}")
    return body


def _find_body_fault(description: ApiDescription, request: HttpRequest, body: Any, operation: Operation) -> str | None:
    if operation.body is None or not media_type_of(request):
        return None
    return find_fault(body, operation.body, "request/body", description)


def _coerce_query(query: dict[str, QueryValue], operation: Operation) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in operation.query}
    coerced = {}
    for name, value in query.items():
        if name not in known:
            raise InputError(f"Unknown query parameter '{name}'")
        if value == "":
            raise InputError(f"Empty value found for query parameter '{name}'")
        coerced[name] = _coerce(value, known[name])
    return coerced


def _coerce(value: QueryValue, parameter: QueryParameter) -> Any:
    if not isinstance(value, str):
        return value
    if parameter.schema["type"] == "integer":
        return _coerce_integer(value)
    if parameter.schema["type"] == "array":
        return value.split(",") if parameter.takes_commas else [value]
    return value


def _coerce_integer(text: str) -> int | str:
    """As JavaScript's ``Number``; the text itself where that gives no integer, for the schema to refuse."""
    stripped = text.strip()
    if not stripped:
        return 0
    if _OTHER_BASE.fullmatch(stripped):
        return min(int(stripped, 0), MAX_INTEGER)
    if not _DECIMAL.fullmatch(stripped):
        return text
    number = float(stripped)
    if abs(number) > MAX_INTEGER:
        return MAX_INTEGER if number > 0 else -MAX_INTEGER
    return int(number) if number.is_integer() else text


def _find_query_fault(description: ApiDescription, query: Mapping[str, Any], operation: Operation) -> str | None:
    for parameter in operation.query:
        if parameter.is_required and parameter.name not in query:
            return f"request/query must have required property '{parameter.name}'"
    for parameter in operation.query:
        value = query.get(parameter.name)
        if value is None:
            continue
        if fault := find_fault(value, parameter.schema, f"request/query/{parameter.name}", description):
            return fault
    return None
