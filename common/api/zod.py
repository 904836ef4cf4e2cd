"""
Checks a value's shape, and tells what is wrong in the words of Zod, which parts of Backstage's API answer with.

A shape takes a value (MISSING for none) and where it stands, and gives the issues that it has with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from common.errors import InputError

MISSING: Any = object()
Path: TypeAlias = tuple["str | int", ...]
Issue: TypeAlias = dict[str, Any]
Shape: TypeAlias = Callable[[Any, Path], list[Issue]]

# What is wrong though the type is right: of several shapes one that complains of such alone is the one that was meant.
SLIGHT = frozenset({"too_small", "too_big"})


def ensure_shape(value: Any, shape: Shape) -> None:
    """Raises InputError with all issues, as JSON."""
    if issues := shape(value, ()):
        raise InputError(json.dumps(issues, indent=2, ensure_ascii=False))


def type_of(value: Any) -> str:
    """As messages of Zod name it."""
    if value is MISSING:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _wrong_type(expected: str, value: Any, path: Path) -> list[Issue]:
    received = type_of(value)
    message = "Required" if value is MISSING else f"Expected {expected}, received {received}"
    return [
        {
            "code": "invalid_type",
            "expected": expected,
            "received": received,
            "path": list(path),
            "message": message,
        }
    ]


def text(value: Any, path: Path) -> list[Issue]:
    return [] if isinstance(value, str) else _wrong_type("string", value, path)


def anything(value: Any, path: Path) -> list[Issue]:
    return []


def nothing(value: Any, path: Path) -> list[Issue]:
    return [] if value is MISSING else _wrong_type("undefined", value, path)


def literal(expected: str) -> Shape:
    def check(value: Any, path: Path) -> list[Issue]:
        if value == expected:
            return []
        received = {} if value is MISSING else {"received": value}
        message = f"Invalid literal value, expected {json.dumps(expected)}"
        return [{**received, "code": "invalid_literal", "expected": expected, "path": list(path), "message": message}]

    return check


def optional(shape: Shape) -> Shape:
    return lambda value, path: [] if value is MISSING else shape(value, path)


def array(shape: Shape, *, at_least: int = 0, at_most: int = 10_000) -> Shape:
    def check(value: Any, path: Path) -> list[Issue]:
        if not isinstance(value, list):
            return _wrong_type("array", value, path)
        if len(value) < at_least:
            return [_wrong_length("too_small", "minimum", at_least, path)]
        if len(value) > at_most:
            return [_wrong_length("too_big", "maximum", at_most, path)]
        return [issue for place, item in enumerate(value) for issue in shape(item, (*path, place))]

    return check


def _wrong_length(code: str, name: str, bound: int, path: Path) -> Issue:
    word = "least" if code == "too_small" else "most"
    return {
        "code": code,
        name: bound,
        "type": "array",
        "inclusive": True,
        "exact": False,
        "message": f"Array must contain at {word} {bound} element(s)",
        "path": list(path),
    }


def record(shapes: Mapping[str, Shape]) -> Shape:
    """An object with these keys, and whatever others."""

    def check(value: Any, path: Path) -> list[Issue]:
        if not isinstance(value, Mapping):
            return _wrong_type("object", value, path)
        return [issue for key, shape in shapes.items() for issue in shape(value.get(key, MISSING), (*path, key))]

    return check


def union(*shapes: Shape) -> Shape:
    def check(value: Any, path: Path) -> list[Issue]:
        tried: list[list[Issue]] = []
        for shape in shapes:
            issues = shape(value, path)
            if not issues:
                return []
            tried.append(issues)
        for issues in tried:
            if all(issue["code"] in SLIGHT for issue in issues):
                return issues
        errors = [{"issues": issues, "name": "ZodError"} for issues in tried]
        return [{"code": "invalid_union", "unionErrors": errors, "path": list(path), "message": "Invalid input"}]

    return check
