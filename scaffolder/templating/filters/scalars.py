"""Filters of single values: numbers, defaults, JSON."""

from __future__ import annotations

import math

from scaffolder.templating.coercion import to_number, to_text
from scaffolder.templating.json_text import json_text
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import ceil, divide, floor, number, parse_float, parse_int, power, round_half_up
from scaffolder.templating.values import UNDEFINED, Value, arg, is_number, truthy

LONGEST_INDENT = 10


def absolute(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return number(abs(to_number(value, budget)))


def default(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """The argument for what is undefined, or for anything falsy if the second argument says so."""
    if truthy(arg(arguments, 1)):
        return value if truthy(value) else arg(arguments, 0)
    return arg(arguments, 0) if value is UNDEFINED else value


def dump(value: Value, arguments: list[Value], budget: Budget) -> Value:
    text = json_text(value, indentation(arg(arguments, 0)), budget)
    return UNDEFINED if text is None else text


def indentation(value: Value) -> str:
    if isinstance(value, str):
        return value[:LONGEST_INDENT]
    if not is_number(value) or math.isnan(value) or value <= 0:
        return ""
    return " " * int(min(LONGEST_INDENT, value))


def to_float(value: Value, arguments: list[Value], budget: Budget) -> Value:
    parsed = parse_float(to_text(value, budget))
    return arg(arguments, 0) if math.isnan(parsed) else parsed


def to_int(value: Value, arguments: list[Value], budget: Budget) -> Value:
    base = 10 if arg(arguments, 1) is UNDEFINED else to_number(arguments[1], budget)
    parsed = parse_int(to_text(value, budget), base)
    return arg(arguments, 0) if math.isnan(parsed) else parsed


def rounded(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """To so many places: half up, or as the second argument says ``ceil`` or ``floor``."""
    factor = power(10, to_number(arguments[0] if truthy(arg(arguments, 0)) else 0, budget))
    scaled = number(float(to_number(value, budget)) * float(factor))
    method = (
        {"ceil": ceil, "floor": floor}.get(arg(arguments, 1), round_half_up) if is_method(arguments) else round_half_up
    )
    return divide(method(scaled), factor)


def is_method(arguments: list[Value]) -> bool:
    return isinstance(arg(arguments, 1), str)
