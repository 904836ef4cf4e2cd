"""The tests that stand right of ``is`` and in ``select`` and ``reject``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import order, strict_equal, to_number
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import modulo
from scaffolder.templating.utf16 import lower, upper
from scaffolder.templating.values import (
    UNDEFINED,
    Regex,
    SafeString,
    TemplateCallable,
    Value,
    is_nullish,
    is_number,
    truthy,
)

Predicate = Callable[[Value, list[Value], Budget], bool]


def same(value: Value, arguments: list[Value], budget: Budget) -> bool:
    return strict_equal(value, arguments[0])


def compared(holds: Callable[[float], bool]) -> Predicate:
    return lambda value, arguments, budget: holds(order(value, arguments[0], budget))


def remainder(value: Value, divisor: Value, budget: Budget) -> float:
    return modulo(to_number(value, budget), to_number(divisor, budget))


def iterable(value: Value, arguments: list[Value], budget: Budget) -> bool:
    if is_nullish(value):
        raise Fault("iterable test requires a value")
    return isinstance(value, str | SafeString | list)


def unchanged_by(change: Callable[[str], str]) -> Predicate:
    def test(value: Value, arguments: list[Value], budget: Budget) -> bool:
        if isinstance(value, SafeString):
            return False
        if not isinstance(value, str):
            raise Fault("Filter input must be a string")
        return change(value) == value

    return test


def mapping(value: Value, arguments: list[Value], budget: Budget) -> bool:
    return isinstance(value, dict | SafeString | Regex)


# With how many arguments each test is written.
PREDICATES: Final[dict[str, tuple[int, Predicate]]] = {
    "callable": (0, lambda value, arguments, budget: isinstance(value, TemplateCallable)),
    "defined": (0, lambda value, arguments, budget: value is not UNDEFINED),
    "divisibleby": (1, lambda value, arguments, budget: remainder(value, arguments[0], budget) == 0),
    "escaped": (0, lambda value, arguments, budget: isinstance(value, SafeString)),
    "eq": (1, same),
    "equalto": (1, same),
    "even": (0, lambda value, arguments, budget: remainder(value, 2, budget) == 0),
    "falsy": (0, lambda value, arguments, budget: not truthy(value)),
    "ge": (1, compared(lambda difference: difference >= 0)),
    "greaterthan": (1, compared(lambda difference: difference > 0)),
    "gt": (1, compared(lambda difference: difference > 0)),
    "iterable": (0, iterable),
    "le": (1, compared(lambda difference: difference <= 0)),
    "lessthan": (1, compared(lambda difference: difference < 0)),
    "lower": (0, unchanged_by(lower)),
    "lt": (1, compared(lambda difference: difference < 0)),
    "mapping": (0, mapping),
    "ne": (1, lambda value, arguments, budget: not strict_equal(value, arguments[0])),
    "null": (0, lambda value, arguments, budget: value is None),
    "number": (0, lambda value, arguments, budget: is_number(value)),
    "odd": (0, lambda value, arguments, budget: remainder(value, 2, budget) == 1),
    "sameas": (1, same),
    "string": (0, lambda value, arguments, budget: isinstance(value, str)),
    "truthy": (0, lambda value, arguments, budget: truthy(value)),
    "undefined": (0, lambda value, arguments, budget: value is UNDEFINED),
    "upper": (0, unchanged_by(upper)),
}
ALLOWING_CALLABLES: Final = frozenset({"callable", "eq", "equalto", "sameas", "ne"})


def check_count(name: str, count: int) -> None:
    """Raises Fault if the test is not written with so many arguments."""
    expected = PREDICATES[name][0]
    if count != expected:
        raise Fault(f"Template test {name} requires {expected} positional argument{'' if expected == 1 else 's'}")
