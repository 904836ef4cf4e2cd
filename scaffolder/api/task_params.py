"""The question that a query string asks of the tasks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from common.errors import InputError
from scaffolder.tasks.read import ORDER_FIELDS, TaskQuery

_ORDER = re.compile(r"(asc|desc):(.+)")
# More rows than any table has, and still a number that databases take.
_MOST = 2**31 - 1


def parse_task_query(query: Mapping[str, Any]) -> TaskQuery:
    """Raises InputError for an order that is none, or by what nobody may order by."""
    return TaskQuery(
        statuses=_texts(query, "status"),
        created_by=_texts(query, "createdBy"),
        order=tuple(map(_parse_order, query.get("order", ()))),
        limit=_capped(query.get("limit")),
        offset=_capped(query.get("offset")),
    )


def _texts(query: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Raises InputError for a NUL, which PostgreSQL does not even take to look for."""
    texts: list[str] = query.get(name, [])
    for text in texts:
        if "\0" in text:
            raise InputError(f"request/query/{name} holds a NUL character: {text!r}")
    return tuple(text for text in texts if text)


def _parse_order(text: str) -> tuple[str, str]:
    found = _ORDER.fullmatch(text)
    if found is None:
        raise InputError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    direction, field = found.groups()
    if field not in ORDER_FIELDS:
        raise InputError(f'Invalid order field "{field}", expected one of {", ".join(ORDER_FIELDS)}')
    return field, direction


def _capped(number: int | None) -> int | None:
    return None if number is None else min(number, _MOST)
