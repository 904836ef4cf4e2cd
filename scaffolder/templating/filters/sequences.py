"""Filters of lists."""

from __future__ import annotations

import math
import secrets

from scaffolder.templating.coercion import add, element_text, join_texts, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.filters.inputs import (
    attribute,
    attribute_key,
    characters,
    indexed,
    mapped,
    sequence,
    text_of,
)
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import number, to_integer
from scaffolder.templating.values import UNDEFINED, SafeString, Value, arg, is_nullish, is_textual, truthy

LARGEST_SAFE = 2**53 - 1
RANDOM_STEPS = 2**32


def positive(value: Value, message: str, budget: Budget) -> int:
    size = to_number(value, budget)
    if not math.isfinite(size) or not 0 < int(size) <= LARGEST_SAFE:
        raise Fault(message)
    return int(size)


def batch(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Rows of so many elements, the last filled up if there is something to fill with."""
    if is_nullish(value):
        raise Fault("batch requires a sequence")
    width = positive(arg(arguments, 0), "Batch size must be a positive integer", budget)
    items = indexed(value, budget) if isinstance(value, dict) else sequence(value, budget) or []
    rows = [items[start : start + width] for start in range(0, len(items), width)]
    fill = arg(arguments, 1)
    if rows and truthy(fill):
        budget.reserve_entries(width)
        rows[-1] += [fill] * (width - len(rows[-1]))
    return rows


def slices(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """So many parts of nearly the same size; the shorter ones filled up if there is something to fill with."""
    items: Value = text_of(value) if is_textual(value) else sequence(value, budget)
    if items is None:
        raise Fault("slice requires a sequence")
    parts = positive(arg(arguments, 0), "Slice count must be a positive integer", budget)
    budget.reserve_entries(parts)
    size, longer = divmod(len(items), parts)
    fill = arg(arguments, 1)
    result: list[Value] = []
    start = 0
    for index in range(parts):
        end = start + size + (index < longer)
        part = items[start:end]
        if truthy(fill) and index >= longer:
            part = filled(part, fill)
        result.append(part)
        start = end
    return result


def filled(part: Value, fill: Value) -> list[Value]:
    if isinstance(part, str):
        raise Fault("slice cannot append a fill value to a string")
    return [*part, fill]


def first(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if is_nullish(value):
        raise Fault("first requires a sequence")
    if isinstance(value, dict):
        return value.get("0", UNDEFINED)
    items = text_of(value) if is_textual(value) else value
    return items[0] if isinstance(items, str | list) and items else UNDEFINED


def last(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if is_nullish(value):
        raise Fault("last requires a sequence")
    if isinstance(value, dict):
        index = number(to_number(value.get("length", UNDEFINED), budget) - 1)
        return value.get(to_text(index, budget), UNDEFINED)
    items = text_of(value) if is_textual(value) else value
    return items[-1] if isinstance(items, str | list) and items else UNDEFINED


def random(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if is_nullish(value):
        raise Fault("random requires a sequence")
    if isinstance(value, dict):
        length = to_number(value.get("length", UNDEFINED), budget)
        place = number(float(secrets.randbelow(RANDOM_STEPS)) / RANDOM_STEPS * length)
        return value.get(to_text(place if math.isnan(place) else to_integer(place), budget), UNDEFINED)
    items = sequence(value, budget)
    return secrets.choice(items) if items else UNDEFINED


def length(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if isinstance(value, str | list | dict):
        return len(value)
    if isinstance(value, SafeString):
        return len(value.text)
    return 0 if is_nullish(value) or value is False else UNDEFINED


def to_list(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if isinstance(value, list):
        return value
    if is_textual(value):
        return characters(text_of(value), budget)
    if isinstance(value, dict):
        return [{"key": key, "value": item} for key, item in value.items()]
    raise Fault("list requires an iterable value")


def reverse(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if isinstance(value, SafeString):
        return SafeString(value.text[::-1])
    if isinstance(value, str):
        return value[::-1]
    items = mapped(value, budget) if isinstance(value, dict) else value
    return items[::-1] if isinstance(items, list) else []


def projected(value: Value, key: str, budget: Budget) -> list[Value]:
    """This attribute of each element."""
    if isinstance(value, SafeString):
        return [attribute(UNDEFINED, key)] if value.text else []
    items = mapped(value, budget) if isinstance(value, dict) else value
    budget.charge(len(items) if isinstance(items, str | list) else 0)
    return [attribute(item, key) for item in items] if isinstance(items, str | list) else []


def elements(value: Value, by: Value, operation: str, budget: Budget) -> list[Value]:
    """The array's elements, or an attribute of each if one is named."""
    if truthy(by):
        return projected(value, attribute_key(by, budget), budget)
    if not isinstance(value, list):
        raise Fault(f"{operation} requires an array")
    return value


def join(value: Value, arguments: list[Value], budget: Budget) -> Value:
    separator = to_text(arguments[0], budget) if truthy(arg(arguments, 0)) else ""
    items = elements(value, arg(arguments, 1), "join", budget)
    budget.charge(len(items))
    return join_texts([element_text(item, budget) for item in items], budget, separator)


def total(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Everything added up as ``+`` adds, on top of the second argument."""
    result: Value = 0
    for item in elements(value, arg(arguments, 0), "sum", budget):
        budget.charge()
        result = add(result, item, budget)
    start = arg(arguments, 1)
    return add(0 if start is UNDEFINED else start, result, budget)
