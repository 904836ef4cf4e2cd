"""Operators as closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Evaluate, guarded
from scaffolder.templating.coercion import (
    add,
    concatenate,
    loose_equal,
    order,
    strict_equal,
    to_number,
    to_text,
)
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.names import Names
from scaffolder.templating.numbers import Number, divide, floor, modulo, number, power
from scaffolder.templating.scopes import Env
from scaffolder.templating.values import SafeString, Value, truthy

Operate = Callable[[Value, Value, Budget], Value]


def of_numbers(compute: Callable[[Number, Number], Number]) -> Operate:
    def operate(left: Value, right: Value, budget: Budget) -> Value:
        return compute(to_number(left, budget), to_number(right, budget))

    return operate


ARITHMETIC: Final[dict[str, Operate]] = {
    "+": add,
    "~": concatenate,
    "-": of_numbers(lambda left, right: number(left - right)),
    "*": of_numbers(lambda left, right: multiply(left, right)),
    "/": of_numbers(divide),
    "%": of_numbers(modulo),
    "**": of_numbers(power),
}
COMPARISONS: Final[dict[str, Operate]] = {
    "==": loose_equal,
    "!=": lambda left, right, budget: not loose_equal(left, right, budget),
    "===": lambda left, right, budget: strict_equal(left, right),
    "!==": lambda left, right, budget: not strict_equal(left, right),
    "<": lambda left, right, budget: order(left, right, budget) < 0,
    "<=": lambda left, right, budget: order(left, right, budget) <= 0,
    ">": lambda left, right, budget: order(left, right, budget) > 0,
    ">=": lambda left, right, budget: order(left, right, budget) >= 0,
}


def multiply(left: Number, right: Number) -> Number:
    # A product of whole numbers that is zero may be minus zero, which int cannot be.
    if isinstance(left, int) and isinstance(right, int) and left and right:
        return number(left * right)
    return number(float(left) * float(right))


def logical(node: nodes.Logical, names: Names, build: Builder) -> Evaluate:
    left, right = build.expression(node.left, names), build.expression(node.right, names)
    if node.operator == "and":
        return lambda env: right(env) if truthy(value := left(env)) else value
    return lambda env: value if truthy(value := left(env)) else right(env)


def unary(node: nodes.Unary, names: Names, build: Builder) -> Evaluate:
    target = build.expression(node.target, names)
    if node.operator == "not":
        return lambda env: not truthy(target(env))
    if node.operator == "-":
        return lambda env: negative(to_number(target(env), env.budget))
    if node.operator == "//":
        return lambda env: floor(to_number(target(env), env.budget))
    return lambda env: to_number(target(env), env.budget)


def negative(value: Number) -> Number:
    return -value if value else number(-float(value))


def binary(node: nodes.Binary, names: Names, build: Builder) -> Evaluate:
    left, right = build.expression(node.left, names), build.expression(node.right, names)
    operate = ARITHMETIC[node.operator]
    return lambda env: operate(left(env), right(env), env.budget)


def compare(node: nodes.Compare, names: Names, build: Builder) -> Evaluate:
    first = build.expression(node.first, names)
    rest = [(COMPARISONS[operator], build.expression(operand, names)) for operator, operand in node.rest]
    if len(rest) == 1:
        operate, right = rest[0]
        return lambda env: operate(first(env), right(env), env.budget)

    def evaluate(env: Env) -> Value:
        value = first(env)
        for operate, operand in rest:
            value = operate(value, operand(env), env.budget)
        return value

    return evaluate


def membership(node: nodes.Membership, names: Names, build: Builder) -> Evaluate:
    needle, container = build.expression(node.needle, names), build.expression(node.container, names)

    def evaluate(env: Env) -> Value:
        wanted = needle(env)
        return contains(container(env), wanted, env.budget)

    return guarded(evaluate, node.offset)


def contains(container: Value, needle: Value, budget: Budget) -> bool:
    """``needle in container``: a part of a text, an element of an array, a key of a record."""
    if isinstance(container, str):
        return to_text(needle, budget) in container
    if isinstance(container, SafeString):
        return to_text(needle, budget) in ("length", "val")
    if isinstance(container, list):
        budget.charge(len(container))
        return any(strict_equal(item, needle) for item in container)
    if isinstance(container, dict):
        return to_text(needle, budget) in container
    raise Fault("Membership requires an array, record, or string")
