"""``for`` as a closure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Execute, guarded
from scaffolder.templating.coercion import to_number
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.names import Names
from scaffolder.templating.numbers import number
from scaffolder.templating.scopes import Env, Scope
from scaffolder.templating.taint import Secret
from scaffolder.templating.values import UNDEFINED, SafeString, Value, arg, is_nullish, is_textual, truthy

Bind = Callable[[Env, Value], None]


@dataclass(frozen=True, slots=True)
class Course:
    """What a loop goes over. ``names_pairs`` is true where keys and values are bound by name, not only by slot."""

    length: Value
    items: Iterator[Value]
    names_pairs: bool = False


def for_loop(node: nodes.For, names: Names, build: Builder) -> Execute:
    iterable = guarded(build.expression(node.iterable, names), node.iterable.offset)
    # The last known length outlives the loop: over nothing at all, a loop in a loop goes by the one before.
    length_slot = names.frame.new_slot()
    inner, loops_before = names.region(), names.usage.loop
    targets = [(target.name, inner.bind(target.name)) for target in node.targets]
    body = build.body(node.body, inner)
    otherwise = build.body(node.otherwise, inner) if node.otherwise is not None else None
    cost, tells_loop = node.cost, names.usage.loop > loops_before

    def execute(env: Env, out: list[str]) -> None:
        value = iterable(env)
        course = course_of(value, len(targets), env.budget)
        bind = binder(targets, by_name=len(targets) == 1 or course.names_pairs)
        inside = env.in_loop(Scope(env.scope, isolated=False))
        if truthy(value):
            env.slots[length_slot] = course.length
        length = env.slots[length_slot]
        for index, item in enumerate(course.items):
            env.budget.charge(cost)
            bind(inside, item)
            if tells_loop:
                inside.scope.names["loop"] = loop_record(index, length, env.budget)
            body(inside, out)
        if otherwise is not None and not truthy(length):
            otherwise(inside, out)

    return execute


def loop_record(index: int, length: Value, budget: Budget) -> dict[str, Value]:
    size = to_number(length, budget)
    return {
        "index": index + 1,
        "index0": index,
        "revindex": number(size - index),
        "revindex0": number(size - index - 1),
        "first": index == 0,
        "last": index == size - 1,
        "length": length,
    }


def binder(targets: list[tuple[str, int]], *, by_name: bool) -> Bind:
    """How an element gets into the loop's variables."""
    if len(targets) == 1:
        name, slot = targets[0]

        def bind_one(env: Env, item: Value) -> None:
            env.scope.names[name] = env.slots[slot] = item

        return bind_one
    # Of a record only key and value are bound; variables beyond those keep what they had.
    bound = targets[:2] if by_name else targets

    def bind_parts(env: Env, item: Value) -> None:
        for index, (name, slot) in enumerate(bound):
            env.slots[slot] = part = part_of(item, index)
            if by_name:
                env.scope.names[name] = part

    return bind_parts


def part_of(value: Value, index: int) -> Value:
    if is_nullish(value):
        raise Fault("Cannot destructure a nullish loop value")
    if isinstance(value, list):
        return arg(value, index)
    if isinstance(value, dict):
        return value.get(str(index), UNDEFINED)
    if isinstance(value, str) and index < len(value):
        return Secret(value[index]) if isinstance(value, Secret) else value[index]
    return UNDEFINED


def course_of(value: Value, targets: int, budget: Budget) -> Course:
    if isinstance(value, list):
        return Course(len(value), growing(value))
    if is_textual(value):
        return course_of_text(value, targets)
    if isinstance(value, dict):
        if targets > 1:
            return Course(len(value), iter([[key, item] for key, item in value.items()]), names_pairs=True)
        length = value.get("length", UNDEFINED)
        return Course(length, indexed_items(value, to_number(length, budget)))
    return Course(UNDEFINED if targets == 1 else 0, iter(()))


def course_of_text(value: Value, targets: int) -> Course:
    text = value.text if isinstance(value, SafeString) else value
    characters: Iterator[Value] = (Secret(c) for c in text) if isinstance(text, Secret) else iter(text)
    if targets == 1 or isinstance(value, SafeString):
        return Course(len(text), characters)
    return Course(len(text), ([str(index), c] for index, c in enumerate(characters)), names_pairs=True)


def growing(items: list[Value]) -> Iterator[Value]:
    """The elements, and those that the loop's body adds meanwhile."""
    index = 0
    while index < len(items):
        yield items[index]
        index += 1


def indexed_items(record: dict[str, Value], length: float) -> Iterator[Value]:
    index = 0
    while index < length:
        yield record.get(str(index), UNDEFINED)
        index += 1
