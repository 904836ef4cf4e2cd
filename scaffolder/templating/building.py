"""What compiled code is, and what its makers need of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scaffolder.templating.errors import Fault
from scaffolder.templating.names import Names
from scaffolder.templating.nodes import Body, Node
from scaffolder.templating.scopes import Env
from scaffolder.templating.values import Value

Evaluate = Callable[[Env], Value]
Execute = Callable[[Env, list[str]], None]


class Builder(Protocol):
    """Turns parts of a tree into closures; names are bound in the order in which parts are given."""

    cookiecutter: bool

    def expression(self, node: Node, names: Names) -> Evaluate: ...

    def body(self, body: Body, names: Names) -> Execute: ...


def guarded(evaluate: Evaluate, offset: int) -> Evaluate:
    """The expression, with this place for faults that do not know theirs."""

    def evaluate_guarded(env: Env) -> Value:
        try:
            return evaluate(env)
        except Fault as fault:
            if fault.offset is None:
                fault.offset = offset
            raise

    return evaluate_guarded
