"""Methods of arrays, and those that cookiecutter templates have besides."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cmp_to_key
from typing import Final

from scaffolder.templating.coercion import element_text, join_texts, strict_equal, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import MOST_ENTRIES, Budget
from scaffolder.templating.method_kinds.texts import clamped, integer, relative
from scaffolder.templating.numbers import to_integer
from scaffolder.templating.values import UNDEFINED, Value, arg

Items = list[Value]


def position(value: Value, budget: Budget) -> float:
    return to_integer(to_number(value, budget))


def at(items: Items, arguments: list[Value], budget: Budget) -> Value:
    index = position(arguments[0], budget)
    index = index + len(items) if index < 0 else index
    return items[int(index)] if 0 <= index < len(items) else UNDEFINED


def concat(items: Items, arguments: list[Value], budget: Budget) -> Value:
    result = list(items)
    for argument in arguments:
        result += argument if isinstance(argument, list) else [argument]
    return result


def flat(items: Items, arguments: list[Value], budget: Budget) -> Value:
    depth = integer(arguments, 0, 1, budget)
    result: Items = []
    flatten(items, depth, result, budget)
    return result


def flatten(items: Items, depth: float, result: Items, budget: Budget) -> None:
    budget.charge(len(items))
    for item in items:
        if depth > 0 and isinstance(item, list):
            flatten(item, depth - 1, result, budget)
        else:
            result.append(item)
    budget.reserve_entries(len(result))


def is_same(left: Value, right: Value) -> bool:
    """As ``===``, but NaN is itself."""
    both_nan = isinstance(left, float) and isinstance(right, float) and math.isnan(left) and math.isnan(right)
    return both_nan or strict_equal(left, right)


def includes(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = relative(integer(arguments, 1, 0, budget), len(items))
    budget.charge(len(items))
    return any(is_same(item, arguments[0]) for item in items[start:])


def index_of(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = relative(integer(arguments, 1, 0, budget), len(items))
    return first_index(items, arguments[0], range(start, len(items)), budget)


def last_index_of(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = float(len(items) - 1) if arg(arguments, 1) is UNDEFINED else position(arguments[1], budget)
    start = start + len(items) if start < 0 else min(start, len(items) - 1)
    return first_index(items, arguments[0], range(int(max(start, -1)), -1, -1), budget)


def first_index(items: Items, wanted: Value, places: range, budget: Budget) -> int:
    budget.charge(len(items))
    return next((index for index in places if strict_equal(items[index], wanted)), -1)


def join(items: Items, arguments: list[Value], budget: Budget) -> Value:
    separator = "," if arg(arguments, 0) is UNDEFINED else to_text(arguments[0], budget)
    budget.charge(len(items))
    return join_texts([element_text(item, budget) for item in items], budget, separator)


def slice_items(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = relative(integer(arguments, 0, 0, budget), len(items))
    return items[start : relative(integer(arguments, 1, math.inf, budget), len(items))]


def put(items: Items, index: int, added: Items, budget: Budget) -> None:
    """Add these at this place. Raises Fault if the array would then hold itself."""
    if len(items) + len(added) > MOST_ENTRIES:
        budget.reserve_entries(len(items) + len(added))
    refuse_cycle(items, added, budget)
    items[index:index] = added


def refuse_cycle(owner: Items, added: Items, budget: Budget) -> None:
    pending: list[Value] = [added]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if value is owner:
            raise Fault("Cyclic template values are not supported")
        if isinstance(value, list | dict) and id(value) not in seen:
            seen.add(id(value))
            budget.charge(len(value))
            pending.extend(value.values() if isinstance(value, dict) else value)


def push(items: Items, arguments: list[Value], budget: Budget) -> Value:
    put(items, len(items), arguments, budget)
    return len(items)


def pop(items: Items, arguments: list[Value], budget: Budget) -> Value:
    budget.charge(len(items))
    return items.pop() if items else UNDEFINED


def pop_at(items: Items, arguments: list[Value], budget: Budget) -> Value:
    if arg(arguments, 0) is UNDEFINED:
        return pop(items, arguments, budget)
    index = position(arguments[0], budget)
    index = index + len(items) if index < 0 else index
    return items.pop(int(index)) if 0 <= index < len(items) else UNDEFINED


def shift(items: Items, arguments: list[Value], budget: Budget) -> Value:
    budget.charge(len(items))
    return items.pop(0) if items else UNDEFINED


def unshift(items: Items, arguments: list[Value], budget: Budget) -> Value:
    put(items, 0, arguments, budget)
    return len(items)


def splice(items: Items, arguments: list[Value], budget: Budget) -> Value:
    if arg(arguments, 0) is UNDEFINED:
        return []
    start = relative(position(arguments[0], budget), len(items))
    end = len(items)
    if arg(arguments, 1) is not UNDEFINED:
        end = start + clamped(position(arguments[1], budget), len(items) - start)
    removed = items[start:end]
    added = arguments[2:] if arg(arguments, 1) is not UNDEFINED else []
    del items[start:end]
    put(items, start, added, budget)
    return removed


def sort(items: Items, arguments: list[Value], budget: Budget) -> Value:
    """By text; what is undefined goes last."""
    budget.charge(len(items))
    defined = [(to_text(item, budget), item) for item in items if item is not UNDEFINED]
    defined.sort(key=lambda pair: pair[0])
    items[:] = [*(item for _, item in defined), *[UNDEFINED] * (len(items) - len(defined))]
    return items


def reverse(items: Items, arguments: list[Value], budget: Budget) -> Value:
    budget.charge(len(items))
    items.reverse()
    return items


def fill(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = relative(integer(arguments, 1, 0, budget), len(items))
    end = relative(integer(arguments, 2, math.inf, budget), len(items))
    refuse_cycle(items, arguments[:1], budget)
    items[start:end] = arguments[:1] * max(end - start, 0)
    return items


def copy_within(items: Items, arguments: list[Value], budget: Budget) -> Value:
    size = len(items)
    target = relative(position(arguments[0], budget), size)
    start = relative(integer(arguments, 1, 0, budget), size)
    end = relative(integer(arguments, 2, math.inf, budget), size)
    moved = items[start : max(start, min(end, start + size - target))]
    budget.charge(size)
    items[target : target + len(moved)] = moved
    return items


def insert(items: Items, arguments: list[Value], budget: Budget) -> Value:
    start = relative(position(arguments[0], budget), len(items))
    put(items, start, arguments[1:2], budget)
    return []


def remove(items: Items, arguments: list[Value], budget: Budget) -> Value:
    index = first_index(items, arguments[0], range(len(items)), budget)
    return [] if index < 0 else [items.pop(index)]


def count(items: Items, arguments: list[Value], budget: Budget) -> Value:
    budget.charge(len(items))
    return sum(1 for item in items if strict_equal(item, arguments[0]))


def find(items: Items, arguments: list[Value], budget: Budget) -> Value:
    return first_index(items, arguments[0], range(len(items)), budget)


def ordered(items: Items, compare: Callable[[Value, Value], int]) -> Items:
    """Sorted as ``Array.prototype.sort`` does: stable, and what is undefined last without being compared."""
    defined = [item for item in items if item is not UNDEFINED]
    defined.sort(key=cmp_to_key(compare))
    return [*defined, *[UNDEFINED] * (len(items) - len(defined))]


METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {
    "at": (at, 1, 1),
    "concat": (concat, 0, math.inf),
    "copyWithin": (copy_within, 1, 3),
    "fill": (fill, 1, 3),
    "flat": (flat, 0, 1),
    "includes": (includes, 1, 2),
    "indexOf": (index_of, 1, 2),
    "join": (join, 0, 1),
    "lastIndexOf": (last_index_of, 1, 2),
    "pop": (pop, 0, 0),
    "push": (push, 0, math.inf),
    "reverse": (reverse, 0, 0),
    "shift": (shift, 0, 0),
    "slice": (slice_items, 0, 2),
    "sort": (sort, 0, 0),
    "splice": (splice, 0, math.inf),
    "unshift": (unshift, 0, math.inf),
}
COOKIECUTTER_METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {
    "append": (push, 1, 1),
    "count": (count, 1, 1),
    "find": (find, 1, 1),
    "index": (find, 1, 1),
    "insert": (insert, 2, 2),
    "pop": (pop_at, 0, 1),
    "remove": (remove, 1, 1),
}
