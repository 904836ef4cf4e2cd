"""Two oddities of the language's grammar that templates depend on: what ``not`` reaches, how ``//`` groups."""

from __future__ import annotations

from scaffolder.templating import nodes

SUMS_AND_PRODUCTS = frozenset({"+", "~", "-", "*", "/", "%"})

Step = tuple[str, nodes.Node]


def negated(target: nodes.Node, offset: int) -> nodes.Node:
    """``not`` before an expression: of a sum or a comparison it takes the first operand alone."""
    if isinstance(target, nodes.Binary) and target.operator in SUMS_AND_PRODUCTS:
        return nodes.Binary(offset, target.operator, negated(target.left, offset), target.right)
    if isinstance(target, nodes.Compare):
        return nodes.Compare(offset, negated(target.first, offset), target.rest)
    return nodes.Unary(offset, "not", target)


def multiplicative(first: nodes.Node, rest: list[Step]) -> nodes.Node:
    """
    A chain of ``* / // %``, computed from left to right except around ``//``.

    That one takes only what stands between the nearest ``*`` and ``/``: ``8 / 7 // 2`` is 8 divided by 3.
    """
    head, steps = floored(*parts_of(first, rest, ("*", "/"))[0][1:])
    for operator, operand, following in parts_of(first, rest, ("*", "/"))[1:]:
        part, part_steps = floored(operand, following)
        steps += [(operator, part), *part_steps]
    return left_to_right(head, steps)


def floored(first: nodes.Node, rest: list[Step]) -> tuple[nodes.Node, list[Step]]:
    """A part of ``//`` and ``%``: everything up to the last quotient as one operand, and the remainders after it."""
    parts = parts_of(first, rest, ("//",))
    _, head, steps = parts[0]
    for _, operand, remainders in parts[1:]:
        quotient = left_to_right(head, [*steps, ("/", operand), *remainders])
        head, steps = nodes.Unary(quotient.offset, "//", quotient), []
    return head, steps


def parts_of(
    first: nodes.Node, rest: list[Step], separators: tuple[str, ...]
) -> list[tuple[str, nodes.Node, list[Step]]]:
    """The chain cut before these operators: each part's operator, first operand and further steps."""
    parts: list[tuple[str, nodes.Node, list[Step]]] = [("", first, [])]
    for operator, operand in rest:
        if operator in separators:
            parts.append((operator, operand, []))
        else:
            parts[-1][2].append((operator, operand))
    return parts


def left_to_right(first: nodes.Node, steps: list[Step]) -> nodes.Node:
    result = first
    for operator, operand in steps:
        result = nodes.Binary(result.offset, operator, result, operand)
    return result
