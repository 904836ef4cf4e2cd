"""Methods of records, which only cookiecutter templates have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import to_text
from scaffolder.templating.limits import Budget
from scaffolder.templating.values import Value, arg

Record = dict[str, Value]


def get(record: Record, arguments: list[Value], budget: Budget) -> Value:
    return record.get(to_text(arguments[0], budget), arg(arguments, 1))


def has_key(record: Record, arguments: list[Value], budget: Budget) -> Value:
    return to_text(arguments[0], budget) in record


def items(record: Record, arguments: list[Value], budget: Budget) -> Value:
    return [[key, value] for key, value in record.items()]


def keys(record: Record, arguments: list[Value], budget: Budget) -> Value:
    return list(record)


def values(record: Record, arguments: list[Value], budget: Budget) -> Value:
    return list(record.values())


COOKIECUTTER_METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {
    "get": (get, 1, 2),
    "has_key": (has_key, 1, 1),
    "items": (items, 0, 0),
    "keys": (keys, 0, 0),
    "values": (values, 0, 0),
}
