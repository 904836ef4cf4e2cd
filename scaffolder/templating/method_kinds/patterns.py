"""Methods of regular expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import to_text
from scaffolder.templating.js_regex import compiled
from scaffolder.templating.limits import Budget
from scaffolder.templating.values import Regex, Value, arg


def test(value: Regex, arguments: list[Value], budget: Budget) -> Value:
    """Whether it matches. With the flag g or y each search goes on where the last one ended."""
    text = to_text(arg(arguments, 0), budget)
    moves = "g" in value.flags or "y" in value.flags
    start = value.last_index if moves else 0
    if start > len(text):
        value.last_index = 0
        return False
    subject = compiled(value.pattern, value.flags).subject(text)
    position = subject.position_of(start)
    found = subject.find(position, budget)
    matches = found is not None and ("y" not in value.flags or found.start == position)
    if moves:
        value.last_index = subject.index_of(found.end) if found is not None and matches else 0
    return matches


METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {"test": (test, 1, 1)}
