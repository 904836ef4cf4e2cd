"""A tree turned into closures, once, to be run many times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scaffolder.templating import (
    compile_calls,
    compile_loops,
    compile_macros,
    compile_operators,
    compile_statements,
    compile_values,
    nodes,
)
from scaffolder.templating.building import Evaluate, Execute
from scaffolder.templating.lexer import Syntax
from scaffolder.templating.methods import MUTATING_NAMES
from scaffolder.templating.names import Frame, Names
from scaffolder.templating.parser import parse
from scaffolder.templating.scopes import Env
from scaffolder.templating.walk import descendants

EXPRESSIONS: Final[dict[type[nodes.Node], Callable[[Any, Names, Any], Evaluate]]] = {
    nodes.Literal: compile_values.literal,
    nodes.Pattern: compile_values.pattern,
    nodes.Symbol: compile_values.symbol,
    nodes.ArrayNode: compile_values.array,
    nodes.Group: compile_values.group,
    nodes.DictNode: compile_values.record,
    nodes.InlineIf: compile_values.inline_if,
    nodes.Lookup: compile_values.lookup,
    nodes.Slice: compile_values.slice_of,
    nodes.Logical: compile_operators.logical,
    nodes.Unary: compile_operators.unary,
    nodes.Binary: compile_operators.binary,
    nodes.Compare: compile_operators.compare,
    nodes.Membership: compile_operators.membership,
    nodes.Test: compile_calls.test,
    nodes.FilterCall: compile_calls.filter_call,
    nodes.Call: compile_calls.call,
    nodes.Capture: compile_macros.capture,
}
STATEMENTS: Final[dict[type[nodes.Node], Callable[[Any, Names, Any], Execute]]] = {
    nodes.Text: compile_statements.text,
    nodes.Output: compile_statements.output,
    nodes.If: compile_statements.if_tag,
    nodes.Set: compile_statements.set_tag,
    nodes.Block: compile_statements.block,
    nodes.Switch: compile_statements.switch,
    nodes.For: compile_loops.for_loop,
    nodes.Macro: compile_macros.macro,
    nodes.CallBlock: compile_macros.call_block,
}


BYTES_PER_NODE: Final = 600


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """``sole`` is the expression of a template that is one value and nothing else; ``weight`` is in bytes, about."""

    source: str
    body: Execute
    sole: Evaluate | None
    frame: Frame
    mutates: bool
    weight: int


@dataclass(frozen=True, slots=True)
class TreeBuilder:
    cookiecutter: bool

    def expression(self, node: nodes.Node, names: Names) -> Evaluate:
        return EXPRESSIONS[type(node)](node, names, self)

    def body(self, body: nodes.Body, names: Names) -> Execute:
        steps = [STATEMENTS[type(node)](node, names, self) for node in body]
        if len(steps) == 1:
            return steps[0]

        def execute(env: Env, out: list[str]) -> None:
            for step in steps:
                step(env, out)

        return execute


def compile_template(source: str, syntax: Syntax) -> CompiledTemplate:
    """Read and compile a template. Raises SyntaxFault or LimitFault."""
    body = parse(source, syntax)
    tree = list(descendants(body))
    names = Names(Frame(), changing_names(tree))
    build = TreeBuilder(syntax.cookiecutter)
    execute = build.body(body, names)
    sole = None
    if len(body) == 1 and isinstance(body[0], nodes.Output):
        names = Names(Frame(), names.changing)
        sole = build.expression(body[0].expression, names)
    return CompiledTemplate(
        source, execute, sole, names.frame, may_mutate(tree), len(source) + len(tree) * BYTES_PER_NODE
    )


def changing_names(tree: list[nodes.Node]) -> frozenset[str]:
    """Every name that the template gives a value to anywhere. All others mean what the context says."""
    found: set[str] = set()
    for node in tree:
        if isinstance(node, nodes.For | nodes.Set):
            found.update(target.name for target in node.targets)
        if isinstance(node, nodes.For):
            found.add("loop")
        if isinstance(node, nodes.Macro | nodes.CallBlock):
            found.update(node.signature.names, (name for name, _ in node.signature.defaults), ["caller"])
        if isinstance(node, nodes.Macro):
            found.add(node.name)
    return frozenset(found)


def may_mutate(tree: list[nodes.Node]) -> bool:
    """Whether a value of the context could be changed by the template, which must then have its own copy."""
    dynamic_lookup = indirect_call = False
    for node in tree:
        if isinstance(node, nodes.Lookup):
            is_literal = isinstance(node.key, nodes.Literal)
            if isinstance(node.key, nodes.Literal) and node.key.value in MUTATING_NAMES:
                return True
            dynamic_lookup = dynamic_lookup or not is_literal
        if isinstance(node, nodes.Call):
            if isinstance(node.target, nodes.Lookup) and not isinstance(node.target.key, nodes.Literal):
                return True
            indirect_call = indirect_call or not isinstance(node.target, nodes.Lookup)
    return dynamic_lookup and indirect_call
