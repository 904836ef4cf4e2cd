"""Filters that sort and group."""

from __future__ import annotations

from scaffolder.templating.coercion import order, strict_equal, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.filters.inputs import attribute_at, attribute_path, indexed, mapped, sequence, text_of
from scaffolder.templating.limits import Budget
from scaffolder.templating.method_kinds.arrays import ordered
from scaffolder.templating.utf16 import lower, upper
from scaffolder.templating.values import (
    RESERVED_NAMES,
    UNDEFINED,
    Value,
    arg,
    is_nullish,
    is_textual,
    ordered_record,
    truthy,
)


def sort(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """By value or by an attribute, texts without regard to case unless asked for."""
    items = mapped(value, budget) if isinstance(value, dict) else sequence(value, budget)
    if items is None:
        return []
    sign = -1 if truthy(arg(arguments, 0)) else 1
    case_sensitive = truthy(arg(arguments, 1))
    path = attribute_path(arg(arguments, 2), budget)

    def compare(left: Value, right: Value) -> int:
        budget.charge()
        left, right = attribute_at(left, path), attribute_at(right, path)
        if not case_sensitive and is_textual(left) and is_textual(right):
            left, right = lower(text_of(left)), lower(text_of(right))
        difference = order(left, right, budget)
        return sign if difference > 0 else -sign if difference < 0 else 0

    return ordered(items, compare)


def dictsort(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """A record as pairs, sorted by key or by value."""
    if not isinstance(value, dict):
        raise Fault("dictsort requires a record")
    case_sensitive = truthy(arg(arguments, 0))
    by = "key" if arg(arguments, 1) is UNDEFINED else arguments[1]
    if not isinstance(by, str) or by not in ("key", "value"):
        raise Fault("dictsort can only sort by key or value")
    place = 0 if by == "key" else 1

    def compare(left: Value, right: Value) -> int:
        budget.charge()
        one, other = (folded(pair[place], case_sensitive=case_sensitive) for pair in (left, right))
        if order(one, other, budget) > 0:
            return 1
        return 0 if strict_equal(one, other) else -1

    return ordered([[key, item] for key, item in value.items()], compare)


def folded(value: Value, *, case_sensitive: bool) -> Value:
    return upper(text_of(value)) if is_textual(value) and not case_sensitive else value


def groupby(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """A record of lists, by the text of an attribute."""
    if is_nullish(value):
        raise Fault("groupby requires a sequence")
    items = indexed(value, budget) if isinstance(value, dict) else sequence(value, budget)
    path = attribute_path(arg(arguments, 0), budget)
    groups: dict[str, Value] = {}
    for item in items or []:
        budget.charge()
        key = to_text(attribute_at(item, path), budget)
        if key in RESERVED_NAMES:
            raise Fault(f"Template record key {key} is reserved")
        groups.setdefault(key, []).append(item)
    return ordered_record(groups)
