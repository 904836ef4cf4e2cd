"""What the query strings and bodies of ownership mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from common.errors import InputError
from ownership.questions.resolve import PathQuestion
from ownership.questions.table import DEFAULT_LIMIT, MAX_LIMIT, PageRequest, decode_cursor

Format = Literal["json", "csv", "ndjson"]
MEDIA_TYPES: dict[str, Format] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
}


def parse_format(query: Mapping[str, Any], accept: str) -> Format:
    """``format``, else the first of ``Accept`` that we have; JSON for everybody else."""
    asked: Format | None = query.get("format")
    if asked:
        return asked
    names = (part.partition(";")[0].strip().lower() for part in accept.split(","))
    return next((MEDIA_TYPES[name] for name in names if name in MEDIA_TYPES), "json")


def parse_page(query: Mapping[str, Any], format_: Format) -> PageRequest:
    """Tables come whole unless a limit is asked for. Raises InputError."""
    limit = query.get("limit", DEFAULT_LIMIT if format_ == "json" else None)
    if limit is not None and not 1 <= limit <= MAX_LIMIT:
        raise InputError(f"request/query/limit must be from 1 to {MAX_LIMIT}, and is {limit}")
    cursor = query.get("cursor")
    return PageRequest(limit, decode_cursor(cursor) if cursor else "")


def is_true(query: Mapping[str, Any], name: str) -> bool:
    return query.get(name) == "true"


def parse_resolve(body: Mapping[str, Any]) -> tuple[list[str], list[PathQuestion]]:
    """Raises InputError if nothing is asked."""
    refs: list[str] = body.get("refs", [])
    paths = [PathQuestion(item["repo"], item["path"]) for item in body.get("paths", ())]
    if not refs and not paths:
        raise InputError("request/body must have 'refs' or 'paths', lists of what is to be resolved")
    return refs, paths
