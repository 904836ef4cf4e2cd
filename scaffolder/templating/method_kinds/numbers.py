"""Methods of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import to_number
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.number_formats import exponential, fixed, in_radix, precise
from scaffolder.templating.numbers import Number, to_integer
from scaffolder.templating.values import UNDEFINED, Value, arg


def digits(arguments: list[Value], budget: Budget, *, least: int, most: int, message: str) -> int | None:
    """The argument as a whole number within bounds; None if it was not given."""
    value = arg(arguments, 0)
    if value is UNDEFINED:
        return None
    count = to_integer(to_number(value, budget))
    if not least <= count <= most:
        raise Fault(message)
    return int(count)


def to_fixed(value: Number, arguments: list[Value], budget: Budget) -> Value:
    message = "toFixed() digits argument must be between 0 and 100"
    return fixed(value, digits(arguments, budget, least=0, most=100, message=message) or 0)


def to_exponential(value: Number, arguments: list[Value], budget: Budget) -> Value:
    message = "toExponential() argument must be between 0 and 100"
    return exponential(value, digits(arguments, budget, least=0, most=100, message=message))


def to_precision(value: Number, arguments: list[Value], budget: Budget) -> Value:
    message = "toPrecision() argument must be between 1 and 100"
    return precise(value, digits(arguments, budget, least=1, most=100, message=message))


def to_string(value: Number, arguments: list[Value], budget: Budget) -> Value:
    message = "toString() radix argument must be between 2 and 36"
    return in_radix(value, digits(arguments, budget, least=2, most=36, message=message) or 10)


METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {
    "toExponential": (to_exponential, 0, 1),
    "toFixed": (to_fixed, 0, 1),
    "toPrecision": (to_precision, 0, 1),
    "toString": (to_string, 0, 1),
}
