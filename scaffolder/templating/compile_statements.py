"""Text, output and the plain tags as closures."""

from __future__ import annotations

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Execute, guarded
from scaffolder.templating.coercion import render_text, strict_equal
from scaffolder.templating.errors import Fault
from scaffolder.templating.macros import captured
from scaffolder.templating.names import Names
from scaffolder.templating.scopes import Env, Scope, new_slots
from scaffolder.templating.taint import Secret
from scaffolder.templating.utf16 import from_units
from scaffolder.templating.values import Value, truthy


def text(node: nodes.Text, names: Names, build: Builder) -> Execute:
    value, length = node.text, len(node.text)

    def execute(env: Env, out: list[str]) -> None:
        env.budget.add_output(length)
        out.append(value)

    return execute


def output(node: nodes.Output, names: Names, build: Builder) -> Execute:
    expression, offset = build.expression(node.expression, names), node.expression.offset

    def execute(env: Env, out: list[str]) -> None:
        try:
            value = expression(env)
            shown = value if type(value) is str else render_text(value, env.budget)
        except Fault as fault:
            if fault.offset is None:
                fault.offset = offset
            raise
        env.budget.add_output(len(shown))
        out.append(shown)
        if isinstance(shown, Secret):
            env.run.secret_shown(from_units(shown))

    return execute


def if_tag(node: nodes.If, names: Names, build: Builder) -> Execute:
    branches = [
        (guarded(build.expression(condition, names), condition.offset), build.body(body, names))
        for condition, body in node.branches
    ]
    otherwise = build.body(node.otherwise, names) if node.otherwise is not None else None

    def execute(env: Env, out: list[str]) -> None:
        for condition, body in branches:
            if truthy(condition(env)):
                body(env, out)
                return
        if otherwise is not None:
            otherwise(env, out)

    return execute


def set_tag(node: nodes.Set, names: Names, build: Builder) -> Execute:
    """``{% set a, b = value %}`` gives every name the whole value."""
    if isinstance(node.value, nodes.Capture):
        body = build.body(node.value.body, names)
        value = guarded(lambda env: captured(body, env), node.offset)
    else:
        value = guarded(build.expression(node.value, names), node.value.offset)
    targets = [(target.name, names.find(target.name)) for target in node.targets]

    def execute(env: Env, out: list[str]) -> None:
        result = value(env)
        for name, slot in targets:
            env.scope.assign(name, result)
            if slot is not None:
                write_slot(env, *slot, result)
            if env.exports_sets:
                env.exported.names[name] = result

    return execute


def write_slot(env: Env, hops: int, index: int, value: Value) -> None:
    slots = env.slots
    for _ in range(hops):
        slots = slots[0]
    slots[index] = value


def block(node: nodes.Block, names: Names, build: Builder) -> Execute:
    """A named part: its body sees variables by name alone, and keeps what it sets to itself."""
    inner = names.macro()
    body = build.body(node.body, inner)

    def execute(env: Env, out: list[str]) -> None:
        scope = Scope(env.scope, isolated=True)
        slots = new_slots(inner.frame.count)
        body(Env(env.run, scope, slots, env.exported, exports_macros=True, exports_sets=False), out)

    return execute


def switch(node: nodes.Switch, names: Names, build: Builder) -> Execute:
    """The first case that is ``===``; one without a body goes on to the next that has one."""
    subject = guarded(build.expression(node.subject, names), node.subject.offset)
    cases = [
        (guarded(build.expression(condition, names), condition.offset), build.body(body, names) if body else None)
        for condition, body in node.cases
    ]
    otherwise = build.body(node.otherwise, names) if node.otherwise is not None else None

    def execute(env: Env, out: list[str]) -> None:
        value = subject(env)
        matched = False
        for condition, body in cases:
            matched = matched or strict_equal(value, condition(env))
            if matched and body is not None:
                body(env, out)
                return
        if otherwise is not None:
            otherwise(env, out)

    return execute
