"""
The bodies and cursors of the location routes, read as Backstage's server reads them. Pure.

Its messages for a malformed location are lists of faults in JSON; clients show them as they are.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.queries.predicate import Predicate, parse_predicate
from common.api.request_check import MAX_INTEGER
from common.api.zod import type_of
from common.errors import InputError

_DEFAULT_LIMIT = 1000
_YES = ("y", "yes", "true", "1", "on")
_PRESENCES = ("required", "optional")


@dataclass(frozen=True, slots=True)
class LocationInput:
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class AnalysisInput:
    """``catalog_filename`` is empty for the usual ones."""

    target: str
    catalog_filename: str


@dataclass(frozen=True, slots=True)
class LocationQuery:
    """``POST /locations/by-query``. A cursor carries ``limit``, ``query`` as it was sent, and ``after_id``."""

    limit: int
    query: dict[str, Any] | None = None
    after_id: str | None = None
    predicate: Predicate | None = None

    def cursor_after(self, location_id: str) -> str:
        content = {"limit": self.limit, "afterId": location_id}
        if self.query is not None:
            content["query"] = self.query
        return base64.b64encode(orjson.dumps(content)).decode()


def parse_yes(text: str | None) -> bool:
    return text is not None and text.strip().lower() in _YES


def parse_location_input(body: Mapping[str, Any]) -> LocationInput:
    """Raises InputError on unknown keys and on a ``presence`` that is neither required nor optional."""
    faults = []
    if "presence" in body and body["presence"] not in _PRESENCES:
        faults.append(_presence_fault(body["presence"]))
    if unknown := [key for key in body if key not in ("type", "target", "presence")]:
        names = ", ".join(f"'{key}'" for key in unknown)
        message = f"Unrecognized key(s) in object: {names}"
        faults.append({"code": "unrecognized_keys", "keys": unknown, "path": [], "message": message})
    _raise_if_any(faults)
    return LocationInput(body["type"], body["target"])


def parse_analysis_input(body: Mapping[str, Any]) -> AnalysisInput:
    """Raises InputError on a ``catalogFilename`` that is no text."""
    name = body.get("catalogFilename", "")
    if not isinstance(name, str):
        kind = type_of(name)
        message = f"Expected string, received {kind}"
        fault = {"code": "invalid_type", "expected": "string", "received": kind, "path": ["catalogFilename"]}
        _raise_if_any([{**fault, "message": message}])
    return AnalysisInput(parse_location_input(body["location"]).target, name)


def parse_location_query(body: Mapping[str, Any]) -> LocationQuery:
    if "cursor" in body:
        if not body["cursor"]:
            raise InputError("Cursor cannot be empty")
        return _parse_cursor(body["cursor"])
    limit = body.get("limit", _DEFAULT_LIMIT)
    if limit != int(limit) or limit < 1:
        raise InputError("Limit must be a positive integer >= 1")
    predicate = parse_predicate(body["query"]) if "query" in body else None
    return LocationQuery(min(int(limit), MAX_INTEGER), body.get("query"), None, predicate)


def _parse_cursor(cursor: str) -> LocationQuery:
    try:
        content = orjson.loads(base64.b64decode(cursor))
    except (binascii.Error, ValueError) as error:
        raise InputError("Malformed cursor, unknown encoding") from error
    if not isinstance(content, dict):
        raise InputError(f"Malformed cursor: Validation error: Expected object, received {type_of(content)}")
    if faults := _cursor_faults(content):
        raise InputError(f"Malformed cursor: Validation error: {'; '.join(faults)}")
    query = content.get("query")
    if query is not None and not isinstance(query, dict):
        raise InputError("Query must be an object")
    predicate = None if query is None else parse_predicate(query, complaint="Malformed cursor: ", path=("query",))
    return LocationQuery(min(content["limit"], MAX_INTEGER), query, content.get("afterId"), predicate)


def _cursor_faults(content: Mapping[str, Any]) -> list[str]:
    limit, after_id = content.get("limit"), content.get("afterId", "")
    faults = []
    if "limit" not in content:
        faults.append('Required at "limit"')
    elif isinstance(limit, bool) or not isinstance(limit, int | float):
        faults.append(f'Expected number, received {type_of(limit)} at "limit"')
    elif not isinstance(limit, int):
        faults.append('Expected integer, received float at "limit"')
    elif limit < 1:
        faults.append('Number must be greater than or equal to 1 at "limit"')
    if not isinstance(after_id, str):
        faults.append(f'Expected string, received {type_of(after_id)} at "afterId"')
    return faults


def _presence_fault(value: Any) -> dict[str, Any]:
    path = ["presence"]
    unions = [
        {
            "issues": [
                {
                    "received": value,
                    "code": "invalid_literal",
                    "expected": expected,
                    "path": path,
                    "message": f'Invalid literal value, expected "{expected}"',
                }
            ],
            "name": "ZodError",
        }
        for expected in _PRESENCES
    ]
    return {"code": "invalid_union", "unionErrors": unions, "path": path, "message": "Invalid input"}


def _raise_if_any(faults: list[dict[str, Any]]) -> None:
    if faults:
        raise InputError(f"Malformed request: {json.dumps(faults, indent=2, ensure_ascii=False)}")
