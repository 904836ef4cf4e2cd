"""What filters share in reading their input and arguments."""

from __future__ import annotations

import math

from scaffolder.templating.coercion import to_number, to_text
from scaffolder.templating.errors import Fault, LimitFault
from scaffolder.templating.limits import Budget
from scaffolder.templating.members import MISSING, own_value, value_of
from scaffolder.templating.numbers import Number
from scaffolder.templating.values import RESERVED_NAMES, UNDEFINED, SafeString, Value, is_nullish, is_number, truthy

LARGEST_LENGTH = 4_294_967_295


def text_of(value: Value) -> str:
    """The text of a plain or safe string. Raises Fault for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, SafeString):
        return value.text
    raise Fault("Filter input must be a string")


def blank(value: Value) -> Value:
    """The value, or an empty text for null, undefined and false."""
    return "" if is_nullish(value) or value is False else value


def as_safe_as(origin: Value, text: str) -> Value:
    """The text, safe if what it was made from was."""
    return SafeString(text) if isinstance(origin, SafeString) else text


def characters(text: str, budget: Budget) -> list[str]:
    budget.reserve_entries(len(text))
    return list(text)


def sequence(value: Value, budget: Budget) -> list[Value] | None:
    """The elements of an array or the characters of a text; None for anything else."""
    if isinstance(value, list):
        return list(value)
    return characters(text_of(value), budget) if isinstance(value, str | SafeString) else None


def indexed(record: dict[str, Value], budget: Budget) -> list[Value]:
    """The elements of a record that has a length and indices, as an array would."""
    length = to_number(record.get("length", UNDEFINED), budget)
    if math.isnan(length) or length <= 0:
        return []
    if math.isinf(length):
        raise LimitFault("Array-like record length exceeds the supported range")
    budget.reserve_entries(length)
    return [record.get(str(index), UNDEFINED) for index in range(math.ceil(length))]


def mapped(record: dict[str, Value], budget: Budget) -> list[Value]:
    """As ``indexed``, for filters that refuse a length which no array can have."""
    length = record.get("length", UNDEFINED)
    if is_number(length) and not math.isnan(length) and not (0 <= length <= LARGEST_LENGTH and length == int(length)):
        raise Fault("Invalid array-like record length")
    return indexed(record, budget)


def direct_length(value: Value) -> Value:
    if isinstance(value, str | list):
        return len(value)
    if isinstance(value, SafeString):
        return len(value.text)
    return value.get("length", UNDEFINED) if isinstance(value, dict) else UNDEFINED


def attribute_key(value: Value, budget: Budget) -> str:
    return allowed(to_text(value, budget))


def allowed(key: str) -> str:
    if key in RESERVED_NAMES:
        raise Fault(f"Template attribute {key} is reserved")
    return key


def attribute_path(value: Value, budget: Budget) -> list[str]:
    """``a.b`` as its steps; nothing if no attribute was named."""
    if not truthy(value):
        return []
    path = value.split(".") if isinstance(value, str) else [to_text(value, budget)]
    return [allowed(key) for key in path]


def attribute(value: Value, key: str) -> Value:
    if is_nullish(value):
        raise Fault("Cannot read a template attribute from a nullish value")
    return value_of(value, key)


def attribute_at(value: Value, path: list[str]) -> Value:
    """What the path leads to; undefined where it ends early. Raises Fault if it goes through null."""
    for key in path:
        if is_nullish(value):
            raise Fault("Cannot read a template attribute from a nullish value")
        value = own_value(value, key)
        if value is MISSING:
            return UNDEFINED
    return value


def spaces(bound: Number, budget: Budget) -> str:
    """So many spaces, a broken number rounded up."""
    if math.isnan(bound) or bound <= 0:
        return ""
    budget.reserve_text(bound)
    return " " * math.ceil(bound)
