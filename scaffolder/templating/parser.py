"""A template read into a tree: text, values and the tags that stand around others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from scaffolder.templating import nodes
from scaffolder.templating.code_scan import (
    CODE_SPACE,
    IDENTIFIER,
    find_closing,
    find_outside_brackets,
    find_word_outside_brackets,
)
from scaffolder.templating.errors import LimitFault, SyntaxFault, quoted
from scaffolder.templating.expressions import ExpressionParser
from scaffolder.templating.lexer import Syntax, Token, scan, tag_name, tag_remainder
from scaffolder.templating.limits import DEEPEST_NESTING, LONGEST_SOURCE, MOST_NODES, NODES_BETWEEN_LOOKS, Stopwatch
from scaffolder.templating.nodes import Body
from scaffolder.templating.suggestions import unknown_name

LOADING_TAGS: Final = frozenset({"include", "import", "from", "extends"})
# Tags that only close or divide, in the order that messages name them; those in BARE_TAGS stand alone.
BARE_TAGS: Final = frozenset(
    {"else", "endif", "endfor", "endmacro", "endcall", "endfilter", "endset", "default", "endswitch"}
)
DIVIDING_TAGS: Final = BARE_TAGS | {"elif", "elseif", "case"}
STATEMENT_TAGS: Final = (
    "if",
    "for",
    "set",
    "macro",
    "call",
    "filter",
    "block",
    "switch",
    *("include", "import", "from", "extends"),
)

Finder = Callable[[str, str], int]


def parse(source: str, syntax: Syntax) -> Body:
    """Read a template. Raises SyntaxFault where it is wrong, LimitFault if it is too large."""
    if len(source) > LONGEST_SOURCE:
        raise LimitFault(f"Template source is longer than {LONGEST_SOURCE} characters")
    stopwatch = Stopwatch()
    return TemplateParser(scan(source, syntax, stopwatch), stopwatch).read()


class TemplateParser:
    def __init__(self, tokens: list[Token], stopwatch: Stopwatch) -> None:
        self.tokens = tokens
        self.stopwatch = stopwatch
        self.index = 0
        self.depth = 0
        self.nodes = self.macros = 0
        self.blocks: set[str] = set()

    def read(self) -> Body:
        body, _ = self.body(())
        return body

    def count(self, offset: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise LimitFault(f"Template has more than {MOST_NODES} nodes", offset)
        if self.nodes % NODES_BETWEEN_LOOKS == 0:
            self.stopwatch.check()

    def body(self, stops: tuple[str, ...]) -> tuple[Body, Token | None]:
        """Everything up to the first tag of these, and that tag; None for it at the end of the template."""
        self.depth += 1
        children: Body = []
        while self.index < len(self.tokens):
            token = self.tokens[self.index]
            self.index += 1
            if self.depth > DEEPEST_NESTING:
                raise LimitFault(f"Template nesting exceeds {DEEPEST_NESTING} levels", token.offset)
            name = tag_name(token.value) if token.kind == "block" else ""
            if name and name in stops:
                self.check_divider(name, token)
                self.depth -= 1
                return children, token
            children.append(self.child(token, name, stops))
        self.depth -= 1
        return children, None

    def child(self, token: Token, name: str, stops: tuple[str, ...]) -> nodes.Node:
        self.count(token.offset)
        if token.kind == "text":
            return nodes.Text(token.offset, token.value)
        if token.kind == "variable":
            return nodes.Output(token.offset, self.code(token.value, token.code_offset).read_expression())
        if name in DIVIDING_TAGS:
            fail(mismatch(name, stops), token)
        return self.statement(name, token)

    def statement(self, name: str, token: Token) -> nodes.Node:
        readers = {
            "if": self.if_tag,
            "for": self.for_tag,
            "set": self.set_tag,
            "macro": self.macro_tag,
            "call": self.call_tag,
            "filter": self.filter_tag,
            "block": self.block_tag,
            "switch": self.switch_tag,
        }
        if name in LOADING_TAGS:
            fail(f"Unsupported template-loading tag {quoted(name)}", token)
        if name == "":
            fail("Template block tag cannot be empty", token)
        if name not in readers:
            fail(unknown_name("template tag", name, STATEMENT_TAGS), token)
        return readers[name](token)

    def closed_body(self, stops: tuple[str, ...], opening: Token) -> tuple[Body, Token]:
        """A body and the tag that ended it, which the template must have."""
        body, stop = self.body(stops)
        if stop is None:
            fail(f"Missing {stops[-1]} tag", opening)
        return body, stop

    def optional_else(self, stop: Token, end: str, opening: Token) -> Body | None:
        return self.closed_body((end,), opening)[0] if tag_name(stop.value) == "else" else None

    def if_tag(self, token: Token) -> nodes.Node:
        branches: list[tuple[nodes.Node, Body]] = []
        stop = token
        while not branches or tag_name(stop.value) in ("elif", "elseif"):
            condition = self.head(stop).read_expression()
            body, stop = self.closed_body(("elif", "elseif", "else", "endif"), token)
            branches.append((condition, body))
        return nodes.If(token.offset, branches, self.optional_else(stop, "endif", token))

    def for_tag(self, token: Token) -> nodes.Node:
        header, offset = remainder(token)
        split = find_word(header, offset)
        if split < 0:
            fail("For tag requires an in expression", token)
        targets = self.code(header[:split].rstrip(CODE_SPACE), offset).read_targets()
        if len(targets) == 1 and targets[0].name == "loop":
            fail("A single loop target cannot be named loop", token)
        iterable = self.code(header[split + 2 :], offset + split + 2).read_expression()
        before = self.nodes
        body, stop = self.closed_body(("else", "endfor"), token)
        cost = self.nodes - before + 1
        return nodes.For(token.offset, targets, iterable, body, self.optional_else(stop, "endfor", token), cost)

    def set_tag(self, token: Token) -> nodes.Node:
        header, offset = remainder(token)
        assignment = located(find_outside_brackets, header, "=", offset)
        if assignment >= 0:
            targets = self.code(header[:assignment], offset).read_targets()
            value = self.code(header[assignment + 1 :], offset + assignment + 1).read_expression()
            return nodes.Set(token.offset, targets, value)
        targets = self.code(header, offset).read_targets()
        return nodes.Set(token.offset, targets, self.capture("endset", "set", token))

    def capture(self, end: str, name: str, token: Token) -> nodes.Node:
        before = self.macros
        body, _ = self.closed_body((end,), token)
        if self.macros > before:
            fail(f"Macro declarations are not supported inside {name} captures", token)
        return nodes.Capture(token.offset, body)

    def macro_tag(self, token: Token) -> nodes.Node:
        header, offset = remainder(token)
        name = IDENTIFIER.match(header)
        start = len(header) if name is None else skip_space(header, name.end())
        if name is None or header[start : start + 1] != "(" or not header.endswith(")"):
            fail("Invalid macro signature", token)
        symbol = self.code(name.group(), offset).read_expression()
        if not isinstance(symbol, nodes.Symbol):
            fail("Macro name must be an identifier", token)
        signature = self.signature(header[start + 1 : -1], offset + start + 1)
        self.macros += 1
        before = self.nodes
        body, _ = self.closed_body(("endmacro",), token)
        return nodes.Macro(token.offset, symbol.name, signature, body, self.nodes - before + 1)

    def signature(self, code: str, offset: int) -> nodes.Signature:
        if code.strip(CODE_SPACE) == "":
            return nodes.Signature([], [])
        return self.code(f"{code})", offset).read_signature()

    def call_tag(self, token: Token) -> nodes.Node:
        header, offset = remainder(token)
        parameters = nodes.Signature([], [])
        if header.startswith("("):
            closing = located(lambda code, _: find_closing(code), header, "", offset)
            if closing < 0:
                fail("Invalid call-block arguments", token)
            parameters = self.signature(header[1:closing], offset + 1)
            header, offset = trimmed(header[closing + 1 :], offset + closing + 1)
        call = self.code(header, offset).read_expression()
        if not isinstance(call, nodes.Call):
            fail("Call block requires a function call", token)
        if not is_static(call.target):
            fail("Call block target must be a static macro reference", token)
        before = self.nodes
        body, _ = self.closed_body(("endcall",), token)
        return nodes.CallBlock(token.offset, call, parameters, body, self.nodes - before + 1)

    def filter_tag(self, token: Token) -> nodes.Node:
        captured = self.capture("endfilter", "filter", token)
        return nodes.Output(token.offset, self.head(token).read_filter(captured))

    def block_tag(self, token: Token) -> nodes.Node:
        symbol = self.head(token).read_expression()
        if not isinstance(symbol, nodes.Symbol):
            fail("Block name must be an identifier", token)
        if symbol.name in self.blocks:
            fail(f"Block {quoted(symbol.name)} is declared more than once", token)
        self.blocks.add(symbol.name)
        body, stop = self.closed_body(("endblock",), token)
        if tag_remainder(stop.value) not in ("", symbol.name):
            fail("Endblock name must match its opening block", stop)
        return nodes.Block(token.offset, symbol.name, body)

    def switch_tag(self, token: Token) -> nodes.Node:
        subject = self.head(token).read_expression()
        stops = ("case", "default", "endswitch")
        leading, stop = self.closed_body(stops, token)
        if leading:
            fail("Switch content must begin with case or default", token)
        cases: list[tuple[nodes.Node, Body]] = []
        while tag_name(stop.value) == "case":
            condition = self.head(stop).read_expression()
            body, stop = self.closed_body(stops, token)
            cases.append((condition, body))
        otherwise = None
        if tag_name(stop.value) == "default":
            otherwise, stop = self.closed_body(("endswitch",), token)
        if not cases and otherwise is None:
            fail("Switch requires at least one case or default", token)
        return nodes.Switch(token.offset, subject, cases, otherwise)

    def check_divider(self, name: str, token: Token) -> None:
        if name in BARE_TAGS and tag_remainder(token.value):
            fail(f"{name} tag does not accept trailing content", token)

    def head(self, token: Token) -> ExpressionParser:
        """A parser for what stands in the tag after its name."""
        return self.code(*remainder(token))

    def code(self, code: str, offset: int) -> ExpressionParser:
        return ExpressionParser(code, offset, self.count)


def remainder(token: Token) -> tuple[str, int]:
    """The tag's code after its name, and where in the template that is."""
    name = tag_name(token.value)
    return trimmed(token.value[len(name) :], token.code_offset + len(name))


def trimmed(code: str, offset: int) -> tuple[str, int]:
    text = code.lstrip(CODE_SPACE)
    return text.rstrip(CODE_SPACE), offset + len(code) - len(text)


def skip_space(code: str, index: int) -> int:
    while code[index : index + 1] and code[index] in CODE_SPACE:
        index += 1
    return index


def find_word(header: str, offset: int) -> int:
    return located(find_word_outside_brackets, header, "in", offset)


def located(find: Finder, code: str, wanted: str, offset: int) -> int:
    """What the search finds; its faults know the place in the code only, and get the one in the template."""
    try:
        return find(code, wanted)
    except SyntaxFault as fault:
        raise SyntaxFault(fault.message, offset + (fault.offset or 0)) from fault


def is_static(node: nodes.Node) -> bool:
    """Whether it is a name, or members of one named in the text."""
    while isinstance(node, nodes.Lookup) and isinstance(node.key, nodes.Literal):
        node = node.target
    return isinstance(node, nodes.Symbol)


def mismatch(name: str, expected: tuple[str, ...]) -> str:
    if not expected:
        return f"Unexpected {quoted(name)} tag without a matching opening tag"
    names = [quoted(stop) for stop in expected]
    choices = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, or {names[-1]}"
    return f"Unexpected {quoted(name)} tag; expected {choices}"


def fail(message: str, token: Token) -> NoReturn:
    raise SyntaxFault(message, token.offset)
