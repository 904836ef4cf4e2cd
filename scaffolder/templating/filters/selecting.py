"""Filters that pick elements of a list by a test or an attribute."""

from __future__ import annotations

import math

from scaffolder.templating.coercion import refuse_callables, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.filters.inputs import attribute, attribute_key, sequence
from scaffolder.templating.limits import Budget
from scaffolder.templating.predicates import ALLOWING_CALLABLES, PREDICATES, check_count
from scaffolder.templating.values import UNDEFINED, Value, arg, is_nullish, truthy


def select(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return chosen(value, arguments, budget, wanted=True)


def reject(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return chosen(value, arguments, budget, wanted=False)


def chosen(value: Value, arguments: list[Value], budget: Budget, *, wanted: bool) -> list[Value]:
    """The elements of which the named test is true or not; without a name, whether they are truthy."""
    name = "truthy" if arg(arguments, 0) is UNDEFINED else to_text(arguments[0], budget)
    if name not in PREDICATES:
        raise Fault(f"Unknown template test {name}")
    if is_nullish(value):
        raise Fault(f"{'select' if wanted else 'reject'} requires a sequence")
    items = present(value, budget) if isinstance(value, dict) else sequence(value, budget)
    if items is None:
        return []
    check_count(name, len(arguments[1:]))
    budget.charge(len(items))
    return [item for item in items if holds(name, item, arguments[1:], budget) is wanted]


def holds(name: str, item: Value, arguments: list[Value], budget: Budget) -> bool:
    if name not in ALLOWING_CALLABLES:
        refuse_callables(item, budget)
    return PREDICATES[name][1](item, arguments, budget)


def present(record: dict[str, Value], budget: Budget) -> list[Value]:
    """What an array-like record holds at its indices, without the gaps."""
    length = to_number(record.get("length", UNDEFINED), budget)
    count = 0 if math.isnan(length) or length <= 0 else math.floor(min(length, 2**53))
    budget.reserve_entries(count)
    return [record[str(index)] for index in range(count) if str(index) in record]


def selectattr(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return with_attribute(value, arguments, budget, wanted=True)


def rejectattr(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return with_attribute(value, arguments, budget, wanted=False)


def with_attribute(value: Value, arguments: list[Value], budget: Budget, *, wanted: bool) -> list[Value]:
    if not isinstance(value, list):
        raise Fault(f"{'selectattr' if wanted else 'rejectattr'} requires an array")
    key = attribute_key(arg(arguments, 0), budget)
    budget.charge(len(value))
    return [item for item in value if truthy(attribute(item, key)) is wanted]
