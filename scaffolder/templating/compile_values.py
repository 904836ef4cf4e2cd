"""Literals, variables and members as closures."""

from __future__ import annotations

import math

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Evaluate, guarded
from scaffolder.templating.callables import BUILTIN_GLOBALS
from scaffolder.templating.coercion import add, noted, order, refuse_callables, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import MOST_ENTRIES, Budget
from scaffolder.templating.members import member, value_of
from scaffolder.templating.names import Names
from scaffolder.templating.scopes import Env, Run
from scaffolder.templating.values import UNDEFINED, Regex, TemplateCallable, Value, ordered_record, truthy

COOKIECUTTER_CONSTANTS = {"True": True, "False": False, "None": None}


def literal(node: nodes.Literal, names: Names, build: Builder) -> Evaluate:
    value = node.value
    return lambda env: value


def pattern(node: nodes.Pattern, names: Names, build: Builder) -> Evaluate:
    source, flags = node.pattern, node.flags
    return lambda env: Regex(source, flags)


def symbol(node: nodes.Symbol, names: Names, build: Builder) -> Evaluate:
    """A name: in its slot if it has one, else in the scopes if the template ever sets it, else in the context."""
    name, slot, cookiecutter = node.name, names.find(node.name), build.cookiecutter
    names.usage.loop += name == "loop"
    if slot is not None:
        return slot_reader(*slot)
    if name not in names.changing:
        return lambda env: outer_value(name, env.run, cookiecutter=cookiecutter)

    def evaluate(env: Env) -> Value:
        scope = env.scope.find(name)
        return scope.names[name] if scope else outer_value(name, env.run, cookiecutter=cookiecutter)

    return evaluate


def slot_reader(hops: int, index: int) -> Evaluate:
    if hops == 0:
        return lambda env: env.slots[index]

    def evaluate(env: Env) -> Value:
        slots = env.slots
        for _ in range(hops):
            slots = slots[0]
        return slots[index]

    return evaluate


def outer_value(name: str, run: Run, *, cookiecutter: bool) -> Value:
    """What the name means outside of the template."""
    if name in run.context:
        return run.context[name]
    if cookiecutter and name in COOKIECUTTER_CONSTANTS:
        return COOKIECUTTER_CONSTANTS[name]
    if name in run.values:
        return run.values[name]
    return run.functions.get(name) or BUILTIN_GLOBALS.get(name, UNDEFINED)


def array(node: nodes.ArrayNode, names: Names, build: Builder) -> Evaluate:
    items = [build.expression(item, names) for item in node.items]
    return lambda env: [noted(item(env), env.budget) for item in items]


def group(node: nodes.Group, names: Names, build: Builder) -> Evaluate:
    items = [build.expression(item, names) for item in node.items]
    if len(items) == 1:
        return items[0]

    def evaluate(env: Env) -> Value:
        for item in items[:-1]:
            refuse_callables(item(env), env.budget)
        return items[-1](env)

    return evaluate


def record(node: nodes.DictNode, names: Names, build: Builder) -> Evaluate:
    entries = [(key, build.expression(value, names)) for key, value in node.entries]
    return lambda env: ordered_record({key: noted(value(env), env.budget) for key, value in entries})


def inline_if(node: nodes.InlineIf, names: Names, build: Builder) -> Evaluate:
    """Without an else it is an empty text, not undefined, when the condition does not hold."""
    condition, body = build.expression(node.condition, names), build.expression(node.body, names)
    if node.otherwise is None:
        return lambda env: body(env) if truthy(condition(env)) else ""
    otherwise = build.expression(node.otherwise, names)
    return lambda env: body(env) if truthy(condition(env)) else otherwise(env)


def lookup(node: nodes.Lookup, names: Names, build: Builder) -> Evaluate:
    target, cookiecutter = build.expression(node.target, names), build.cookiecutter
    if isinstance(node.key, nodes.Literal) and isinstance(node.key.value, str):
        name = node.key.value

        def evaluate(env: Env) -> Value:
            value = target(env)
            if type(value) is dict and name in value:
                return value[name]
            return member(value, name, cookiecutter=cookiecutter)

        return evaluate
    key = build.expression(node.key, names)
    return lambda env: element(target(env), key(env), env.budget, cookiecutter=cookiecutter)


def element(target: Value, key: Value, budget: Budget, *, cookiecutter: bool) -> Value:
    """``target[key]``."""
    if isinstance(target, list) and isinstance(key, int) and not isinstance(key, bool):
        return target[key] if 0 <= key < len(target) else UNDEFINED
    return member(target, to_text(key, budget), cookiecutter=cookiecutter)


def slice_of(node: nodes.Slice, names: Names, build: Builder) -> Evaluate:
    target = build.expression(node.target, names)
    parts = [(lambda env: None) if part is None else build.expression(part, names) for part in (node.start, node.stop)]
    start, stop = parts
    step = (lambda env: 1) if node.step is None else build.expression(node.step, names)

    def evaluate(env: Env) -> Value:
        sliced = target(env)
        if isinstance(sliced, TemplateCallable):
            raise Fault("Callable values cannot be sliced")
        return slice_values(sliced if truthy(sliced) else [], start(env), stop(env), step(env), env.budget)

    return guarded(evaluate, node.offset)


def slice_values(target: Value, start: Value, stop: Value, step: Value, budget: Budget) -> list[Value]:
    """
    ``target[start:stop:step]`` as the language spells it out: a loop over the index, which is compared and added as
    any value, and runs one past the end.
    """
    length = value_of(target, "length")
    size = to_number(step, budget)
    if not math.isfinite(size) or size == 0:
        raise Fault("Slice step must have finite non-zero numeric coercion")
    forward = order(step, 0, budget) >= 0
    if start is None:
        start = 0 if forward else to_number(length, budget) - 1
    if stop is None:
        stop = length if forward else -1
    elif order(stop, 0, budget) < 0:
        stop = add(stop, length, budget)
    if order(start, 0, budget) < 0:
        start = add(start, length, budget)
    items: list[Value] = []
    index = start
    while not (order(index, 0, budget) < 0 or order(index, length, budget) > 0):
        reached = order(index, stop, budget)
        if reached >= 0 if forward else reached <= 0:
            break
        budget.charge()
        value = value_of(target, to_text(index, budget))
        refuse_callables(value, budget)
        items.append(value)
        index = add(index, step, budget)
        if len(items) > MOST_ENTRIES:
            budget.reserve_entries(len(items))
    return items
