"""Equality of JSON values as JavaScript has it: a number has no kind, and ``true`` is no number."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from scaffolder.templating.limits import Budget


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_same(left: Any, right: Any, budget: Budget) -> bool:
    """Whether two values are equal all the way down."""
    budget.charge()
    if isinstance(left, Mapping):
        if not isinstance(right, Mapping) or left.keys() != right.keys():
            return False
        return all(is_same(value, right[key], budget) for key, value in left.items())
    if isinstance(left, list):
        if not isinstance(right, list) or len(left) != len(right):
            return False
        return all(is_same(*pair, budget) for pair in zip(left, right, strict=True))
    if is_number(left):
        return is_number(right) and bool(left == right)
    if isinstance(left, str):
        return isinstance(right, str) and left == right
    return left is right


def has_duplicates(items: list[Any], budget: Budget) -> bool:
    seen: set[Hashable] = set()
    for item in items:
        key = _key(item, budget)
        if key in seen:
            return True
        seen.add(key)
    return False


def _key(value: Any, budget: Budget) -> Hashable:
    """Equal for equal values, and for no others."""
    budget.charge()
    if isinstance(value, Mapping):
        return "record", frozenset((key, _key(item, budget)) for key, item in value.items())
    if isinstance(value, list):
        return "list", tuple(_key(item, budget) for item in value)
    return type(value) if isinstance(value, bool) or value is None else "", value
