"""What a template says, as a tree. ``offset`` is the place in the template that an error is reported at."""

from __future__ import annotations

from dataclasses import dataclass, field

from scaffolder.templating.values import Value


@dataclass(slots=True, eq=False)
class Node:
    offset: int


# Expressions


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A text, number, boolean or null."""

    value: Value


@dataclass(slots=True, eq=False)
class Pattern(Node):
    """A regular expression; each evaluation makes a new one, whose search starts anew."""

    pattern: str
    flags: str


@dataclass(slots=True, eq=False)
class Symbol(Node):
    name: str


@dataclass(slots=True, eq=False)
class ArrayNode(Node):
    items: list[Node]


@dataclass(slots=True, eq=False)
class Group(Node):
    """Parentheses. Of several expressions the last counts."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class DictNode(Node):
    """Keys as they were written: ``{ a: 1 }`` and ``{ 'a': 1 }`` are the same."""

    entries: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class Lookup(Node):
    target: Node
    key: Node


@dataclass(slots=True, eq=False)
class Slice(Node):
    target: Node
    start: Node | None
    stop: Node | None
    step: Node | None


@dataclass(slots=True, eq=False)
class InlineIf(Node):
    condition: Node
    body: Node
    otherwise: Node | None


@dataclass(slots=True, eq=False)
class Logical(Node):
    """``and`` and ``or``."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Unary(Node):
    """``not``, ``-`` and ``+``, and ``//`` for the rounding down of a division."""

    operator: str
    target: Node


@dataclass(slots=True, eq=False)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Compare(Node):
    """``a < b < c`` compares the outcome of the first with c, as JavaScript does."""

    first: Node
    rest: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class Membership(Node):
    needle: Node
    container: Node


@dataclass(slots=True, eq=False)
class Arguments:
    positional: list[Node] = field(default_factory=list)
    keyword: list[tuple[str, Node]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Test(Node):
    """``left is name(arguments)``; ``arguments`` is None without parentheses."""

    left: Node
    name: str
    arguments: Arguments | None
    right: Node


@dataclass(slots=True, eq=False)
class FilterCall(Node):
    name: str
    input: Node
    arguments: Arguments


@dataclass(slots=True, eq=False)
class Call(Node):
    target: Node
    arguments: Arguments


@dataclass(slots=True, eq=False)
class Capture(Node):
    """What a body prints, as a value."""

    body: Body


# Statements


@dataclass(slots=True, eq=False)
class Text(Node):
    text: str


@dataclass(slots=True, eq=False)
class Output(Node):
    expression: Node


@dataclass(slots=True, eq=False)
class If(Node):
    """Branches in order; ``otherwise`` is None without an else."""

    branches: list[tuple[Node, Body]]
    otherwise: Body | None


@dataclass(slots=True, eq=False)
class For(Node):
    """``cost`` is here and in macros how many steps one pass through the body is counted as."""

    targets: list[Symbol]
    iterable: Node
    body: Body
    otherwise: Body | None
    cost: int


@dataclass(slots=True, eq=False)
class Set(Node):
    targets: list[Symbol]
    value: Node


@dataclass(slots=True, eq=False)
class Signature:
    """Formal parameters: those without a default, then those with one."""

    names: list[str]
    defaults: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class Macro(Node):
    name: str
    signature: Signature
    body: Body
    cost: int


@dataclass(slots=True, eq=False)
class CallBlock(Node):
    """``{% call(params) macro(...) %}body{% endcall %}``: the body is what ``caller()`` gives inside of the macro."""

    call: Call
    signature: Signature
    body: Body
    cost: int


@dataclass(slots=True, eq=False)
class Block(Node):
    name: str
    body: Body


@dataclass(slots=True, eq=False)
class Switch(Node):
    subject: Node
    cases: list[tuple[Node, Body]]
    otherwise: Body | None


Body = list[Node]
