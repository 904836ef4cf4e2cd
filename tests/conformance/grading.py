"""
Compares an answer of ours with the recorded answer of Backstage's catalog-backend 4.0.0.

Uids, etags, ids, times and cursors may differ between two right answers, and lists whose order nothing asked for.
An error text that differs has a grade of its own, ``message``. Where the reference answered 500, anything below is right.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    grade: str
    text: str


def find_difference(case: dict[str, Any], theirs: dict[str, Any], ours: dict[str, Any]) -> Difference | None:
    if theirs["status"] >= 500:
        return Difference("status", f"status {ours['status']}") if ours["status"] >= 500 else None
    if theirs["status"] != ours["status"]:
        return Difference("status", f"{theirs['status']} there, {ours['status']} here: {canon(ours['body'])[:200]}")
    if media_type(theirs) != media_type(ours):
        return Difference("header", f"content type {media_type(theirs)!r} there, {media_type(ours)!r} here")
    expected, found = normal(theirs["body"]), normal(ours["body"])
    if theirs["status"] >= 400:
        return _find_error_difference(expected, found)
    return _find_body_difference(case, expected, found)


def media_type(answer: dict[str, Any]) -> str:
    return answer["headers"].get("content-type", "").split(";")[0]


def _find_error_difference(expected: Any, found: Any) -> Difference | None:
    one, other = (body.get("error", body) if isinstance(body, dict) else body for body in (expected, found))
    names = [error.get("name") if isinstance(error, dict) else error for error in (one, other)]
    if names[0] != names[1]:
        return Difference("error", f"error {names[0]!r} there, {names[1]!r} here")
    if isinstance(one, dict) and one.get("message") != other.get("message"):
        return Difference("message", f"{one.get('message')!r} there, {other.get('message')!r} here")
    return None


def _find_body_difference(case: dict[str, Any], expected: Any, found: Any) -> Difference | None:
    how = case.get("compare", "set")
    if how in ("set", "walk", "count") and items_of(expected) is not None and items_of(found) is not None:
        return _find_list_difference(case, expected, found)
    if how == "ancestry" and "items" in expected:
        expected, found = _sort_ancestry(expected), _sort_ancestry(found)
    text = first_difference(expected, found)
    return Difference("body", text) if text else None


def _find_list_difference(case: dict[str, Any], expected: Any, found: Any) -> Difference | None:
    ours, theirs = items_of(found), items_of(expected)
    if isinstance(expected, dict):
        rest = [{key: value for key, value in body.items() if key != "items"} for body in (expected, found)]
        if text := first_difference(*rest):
            return Difference("body", text)
    if len(theirs) != len(ours):
        return Difference("body", f"{len(theirs)} items there, {len(ours)} here")
    if text := _find_order_difference(case, theirs, ours):
        return Difference("order", text)
    if case.get("compare") == "count" or _is_part(expected):
        return None
    there, here = Counter(map(canon, theirs)), Counter(map(canon, ours))
    if there == here:
        return None
    return Difference("body", f"items only there: {list(there - here)[:2]}, only here: {list(here - there)[:2]}")


def _find_order_difference(case: dict[str, Any], theirs: list[Any], ours: list[Any]) -> str | None:
    query = case.get("query") or []
    field = next((value.split(",")[0] for key, value in query if key == "orderField"), None)
    if not field or field.lower() == "metadata.uid" or any(key == "fields" for key, _ in query):
        return None
    one, other = sort_values(theirs, field), sort_values(ours, field)
    return None if one == other else f"by {field}: {one} there, {other} here"


def sort_values(items: list[Any], field: str) -> list[str | None] | None:
    """Each item's value of the field; None where an item holds several, for then the order says nothing."""
    values: list[str | None] = []
    for item in items:
        found = [str(value).lower() for key, value in flatten(item) if key.lower() == field.lower()]
        if len(found) > 1:
            return None
        values.append(found[0] if found else None)
    return values


def flatten(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flatten(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from flatten(item, path)
            if isinstance(item, str):
                yield f"{path}.{item}", True
    else:
        yield path, value


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal_member(key, inner) for key, inner in value.items() if key != "stack"}
    return [normal(item) for item in value] if isinstance(value, list) else value


def _normal_member(key: str, value: Any) -> Any:
    if isinstance(value, str) and value:
        if key in ("uid", "etag"):
            return f"<{key}>"
        if key in ("nextCursor", "prevCursor"):
            return "<cursor>"
        if key == "id" and len(value) >= 32:
            return "<id>"
    return normal(value)


def canon(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def items_of(body: Any) -> Any:
    return body if isinstance(body, list) else body.get("items") if isinstance(body, dict) else None


def _is_part(body: Any) -> bool:
    """Whether the answer holds only some of the matches, so that which ones is up to the server."""
    if not isinstance(body, dict):
        return False
    has_next = bool(body.get("pageInfo", {}).get("nextCursor"))
    return bool(body.get("capped") or has_next or len(body["items"]) < (body.get("totalItems") or 0))


def _sort_ancestry(body: Any) -> Any:
    items = [{**item, "parentEntityRefs": sorted(item["parentEntityRefs"])} for item in body["items"]]
    return {**body, "items": sorted(items, key=canon)}


def first_difference(one: Any, other: Any, path: str = "$") -> str | None:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if key not in one or key not in other:
                return f"{path}.{key}: only {'here' if key in other else 'there'}"
            if text := first_difference(one[key], other[key], f"{path}.{key}"):
                return text
        return None
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{path}: {len(one)} items there, {len(other)} here"
        pairs = enumerate(zip(one, other, strict=True))
        return next((text for i, (a, b) in pairs if (text := first_difference(a, b, f"{path}[{i}]"))), None)
    return None if one == other else f"{path}: {canon(one)[:160]} there, {canon(other)[:160]} here"
