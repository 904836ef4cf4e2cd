"""Calls, filters and tests as closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Evaluate
from scaffolder.templating.callables import Invocable, check_method, refuse_callable_arguments
from scaffolder.templating.coercion import refuse_callables
from scaffolder.templating.errors import Fault, LimitFault
from scaffolder.templating.filters.registry import FILTERS, KEEPING_ELEMENTS, ordered_arguments
from scaffolder.templating.host import call_host
from scaffolder.templating.members import MISSING, own_value
from scaffolder.templating.methods import call_method, find_method
from scaffolder.templating.names import Names
from scaffolder.templating.predicates import ALLOWING_CALLABLES, PREDICATES, check_count
from scaffolder.templating.scopes import Env, Run
from scaffolder.templating.suggestions import unknown_name
from scaffolder.templating.taint import is_tainted, tainted
from scaffolder.templating.values import Value, kind_of

# Their numbers say what a text is, and not just how long.
REVEALING: Final = frozenset({"int", "float"})

Given = tuple[list[Value], dict[str, Value]]


def arguments_of(arguments: nodes.Arguments, names: Names, build: Builder) -> Callable[[Env], Given]:
    positional = [build.expression(node, names) for node in arguments.positional]
    keyword = [(name, build.expression(node, names)) for name, node in arguments.keyword]
    if not keyword:
        return lambda env: ([value(env) for value in positional], {})
    return lambda env: ([value(env) for value in positional], {name: value(env) for name, value in keyword})


def call(node: nodes.Call, names: Names, build: Builder) -> Evaluate:
    target = node.target
    is_method = isinstance(target, nodes.Lookup) and isinstance(target.key, nodes.Literal)
    evaluate = method_call(node, names, build) if is_method else plain_call(node, names, build)

    def evaluate_call(env: Env) -> Value:
        try:
            return evaluate(env)
        except Fault as fault:
            if fault.offset is None:
                fault.offset = node.offset
            raise

    return evaluate_call


def plain_call(node: nodes.Call, names: Names, build: Builder) -> Evaluate:
    target, arguments = build.expression(node.target, names), arguments_of(node.arguments, names, build)
    return lambda env: invoke(node, target(env), arguments, env)


def invoke(node: nodes.Call, callee: Value, arguments: Callable[[Env], Given], env: Env) -> Value:
    if not isinstance(callee, Invocable):
        raise Fault(not_callable(node.target, callee))
    callee.check(len(node.arguments.positional), len(node.arguments.keyword))
    positional, keyword = arguments(env)
    env.budget.charge()
    return callee.invoke(positional, keyword, env.run)


def method_call(node: nodes.Call, names: Names, build: Builder) -> Evaluate:
    """``receiver.method(...)`` without making the bound method in between."""
    lookup = node.target
    if not (isinstance(lookup, nodes.Lookup) and isinstance(lookup.key, nodes.Literal)):
        raise TypeError(f"{node} is no method call")
    if not isinstance(lookup.key.value, str):
        return plain_call(node, names, build)
    receiver, name = build.expression(lookup.target, names), lookup.key.value
    arguments, cookiecutter = arguments_of(node.arguments, names, build), build.cookiecutter
    counts = len(node.arguments.positional), len(node.arguments.keyword)

    def evaluate(env: Env) -> Value:
        target = receiver(env)
        own = own_value(target, name)
        method = find_method(target, name, cookiecutter=cookiecutter) if own is MISSING else None
        if method is None:
            return invoke(node, own, arguments, env)
        check_method(name, method, *counts)
        return call_method(method, target, arguments(env)[0], env.run)

    return evaluate


def not_callable(target: nodes.Node, value: Value) -> str:
    name = path_of(target)
    kind = "undefined" if value is MISSING else kind_of(value)
    if name is None:
        return f"Template expression resolved to {kind} and cannot be called"
    return f'Template value "{name}" resolved to {kind} and cannot be called'


def path_of(node: nodes.Node) -> str | None:
    """``a.b.c``, if the expression is only names."""
    names: list[str] = []
    while isinstance(node, nodes.Lookup):
        key = node.key
        name = key.value if isinstance(key, nodes.Literal) else key.name if isinstance(key, nodes.Symbol) else None
        if not isinstance(name, str):
            return None
        names.append(name)
        node = node.target
    return ".".join([node.name, *reversed(names)]) if isinstance(node, nodes.Symbol) else None


def filter_call(node: nodes.FilterCall, names: Names, build: Builder) -> Evaluate:
    name = "dump" if build.cookiecutter and node.name == "jsonify" else node.name
    every = nodes.Arguments([node.input, *node.arguments.positional], node.arguments.keyword)
    arguments = arguments_of(every, names, build)
    has_keywords = bool(node.arguments.keyword)

    def evaluate(env: Env) -> Value:
        try:
            if node.name in env.run.filters:
                return host_filter(node.name, arguments, env, has_keywords=has_keywords)
            if name not in FILTERS:
                known = [*FILTERS, *(["jsonify"] if build.cookiecutter else []), *env.run.filters]
                raise Fault(unknown_name("template filter", node.name, known))
            positional, keyword = arguments(env)
            return apply_filter(name, positional[0], ordered_arguments(name, positional[1:], keyword, env), env.run)
        except Fault as fault:
            if fault.offset is None:
                fault.offset = node.offset
            raise

    return evaluate


def host_filter(name: str, arguments: Callable[[Env], Given], env: Env, *, has_keywords: bool) -> Value:
    if has_keywords:
        raise Fault(f"Registered filter {name} does not accept keyword arguments")
    positional, _ = arguments(env)
    refuse_callable_arguments(positional, env.budget)
    return call_host(f'filter "{name}"', env.run.filters[name], positional, env.run)


def apply_filter(name: str, subject: Value, arguments: list[Value], run: Run) -> Value:
    """The filter's result; what it makes of secret texts is secret."""
    budget = run.budget
    refuse_callable_arguments(arguments, budget)
    budget.charge()
    try:
        refuse_callables(subject, budget)
        result = FILTERS[name](subject, arguments, budget)
    except LimitFault:
        raise
    except Fault as fault:
        fault.message = f'Filter "{name}" failed for {kind_of(subject)} input: {fault.message}'
        raise
    if isinstance(result, list):
        budget.reserve_entries(len(result))
    if run.tracks_secrets and not (isinstance(subject, list | dict) and name in KEEPING_ELEMENTS):
        return kept_secret(name, result, [subject, *arguments], run)
    return result


def kept_secret(name: str, result: Value, given: list[Value], run: Run) -> Value:
    """The result, marked if anything that it was made from is."""
    if not is_tainted(given, run.budget):
        return result
    run.reveals = run.reveals or name in REVEALING
    return tainted(result, run.budget)


def test(node: nodes.Test, names: Names, build: Builder) -> Evaluate:
    left, name = build.expression(node.left, names), node.name
    arguments = arguments_of(node.arguments, names, build) if node.arguments else None

    def evaluate(env: Env) -> Value:
        try:
            check_written(name, node.arguments)
            subject = left(env)
            given = arguments(env)[0] if arguments else []
            env.budget.charge()
            return apply_test(name, subject, given, env)
        except Fault as fault:
            if fault.offset is None:
                fault.offset = node.offset
            raise

    return evaluate


def check_written(name: str, arguments: nodes.Arguments | None) -> None:
    """Raises Fault for a test that nobody knows, or one written with the wrong number of arguments."""
    if name not in PREDICATES:
        raise Fault(unknown_name("template test", name, PREDICATES))
    if arguments is None:
        check_count(name, 0)
        return
    if arguments.keyword:
        raise Fault(f"Template test {name} does not accept keyword arguments")
    check_count(name, len(arguments.positional))


def apply_test(name: str, subject: Value, arguments: list[Value], env: Env) -> bool:
    try:
        if name not in ALLOWING_CALLABLES:
            refuse_callable_arguments([subject, *arguments], env.budget)
        return PREDICATES[name][1](subject, arguments, env.budget)
    except LimitFault:
        raise
    except Fault as fault:
        fault.message = f'Test "{name}" failed for {kind_of(subject)} input: {fault.message}'
        raise
