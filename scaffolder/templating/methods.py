"""The methods that templates can call on values: JavaScript's, and a few of Jinja for cookiecutter templates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from scaffolder.templating.coercion import refuse_callables
from scaffolder.templating.limits import Budget
from scaffolder.templating.method_kinds import arrays, numbers, patterns, records, texts
from scaffolder.templating.scopes import Run
from scaffolder.templating.taint import is_tainted, tainted
from scaffolder.templating.values import RESERVED_NAMES, Regex, SafeString, Value

MethodFunction = Callable[[Value, list[Value], Budget], Value]


@dataclass(frozen=True, slots=True)
class Method:
    """What to do, and with how many arguments."""

    function: MethodFunction
    least: int
    most: float

    ANY: ClassVar[float] = math.inf


def methods_of(table: dict[str, tuple[MethodFunction, int, float]]) -> dict[str, Method]:
    return {name: Method(*row) for name, row in table.items()}


TEXT_METHODS: Final = methods_of(texts.METHODS)
NUMBER_METHODS: Final = methods_of(numbers.METHODS)
ARRAY_METHODS: Final = methods_of(arrays.METHODS)
COOKIECUTTER_ARRAY_METHODS: Final = ARRAY_METHODS | methods_of(arrays.COOKIECUTTER_METHODS)
COOKIECUTTER_RECORD_METHODS: Final = methods_of(records.COOKIECUTTER_METHODS)
PATTERN_METHODS: Final = methods_of(patterns.METHODS)
# Their numbers say what the text is, and not just how long or where.
REVEALING: Final = frozenset({TEXT_METHODS["charCodeAt"]})
# A template that names one of these works on a copy of its context.
MUTATING_NAMES: Final = frozenset(
    [
        "add",
        "append",
        "clear",
        "copyWithin",
        "delete",
        "fill",
        "insert",
        "pop",
        "push",
        "remove",
        "reverse",
        "set",
        "shift",
        "sort",
        "splice",
        "unshift",
    ]
)


def find_method(receiver: Value, name: str, *, cookiecutter: bool) -> Method | None:
    """The method of this name that such a value has."""
    if name in RESERVED_NAMES or isinstance(receiver, bool):
        return None
    if isinstance(receiver, str | SafeString):
        return TEXT_METHODS.get(name)
    if isinstance(receiver, int | float):
        return NUMBER_METHODS.get(name)
    if isinstance(receiver, list):
        return (COOKIECUTTER_ARRAY_METHODS if cookiecutter else ARRAY_METHODS).get(name)
    if isinstance(receiver, dict):
        return COOKIECUTTER_RECORD_METHODS.get(name) if cookiecutter else None
    return PATTERN_METHODS.get(name) if isinstance(receiver, Regex) else None


def call_method(method: Method, receiver: Value, arguments: list[Value], run: Run) -> Value:
    """Call the method; what it makes of secret texts is secret."""
    budget = run.budget
    refuse_callables(receiver, budget)
    for argument in arguments:
        refuse_callables(argument, budget)
    budget.charge()
    subject = receiver.text if isinstance(receiver, SafeString) else receiver
    result = method.function(subject, arguments, budget)
    if isinstance(result, str):
        result = budget.made(result)
    elif isinstance(result, list):
        budget.reserve_entries(len(result))
    if run.tracks_secrets and isinstance(subject, str) and is_tainted([subject, *arguments], budget):
        run.reveals = run.reveals or method in REVEALING
        return tainted(result, budget)
    return result
