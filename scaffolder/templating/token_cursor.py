"""The tokens of one tag, and the place in them that a parser has come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from scaffolder.templating import nodes
from scaffolder.templating.errors import LimitFault, SyntaxFault, quoted
from scaffolder.templating.limits import DEEPEST_NESTING
from scaffolder.templating.tokens import CodeKind, CodeToken, tokenize
from scaffolder.templating.values import RESERVED_NAMES


class TokenCursor:
    """``count`` is called for each node that is made, and refuses a template of too many."""

    def __init__(self, code: str, offset: int, count: Callable[[int], None]) -> None:
        self.tokens = tokenize(code, offset)
        self.index = 0
        self.depth = 0
        self.count = count

    def symbol(self, token: CodeToken) -> nodes.Symbol:
        self.count(token.offset)
        return nodes.Symbol(token.offset, self.allowed(token))

    def allowed(self, token: CodeToken) -> str:
        self.refuse_reserved(token.text, token.offset)
        return token.text

    def refuse_reserved(self, name: str, offset: int) -> None:
        if name in RESERVED_NAMES:
            self.fail(f"Template name {quoted(name)} is reserved", offset)

    def made(self, node: nodes.Node) -> nodes.Node:
        self.count(node.offset)
        return node

    def enter(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise LimitFault(f"Template nesting exceeds {DEEPEST_NESTING} levels", self.peek().offset)

    def leave(self) -> None:
        self.depth -= 1

    def peek(self) -> CodeToken:
        return self.tokens[self.index]

    def after_next(self) -> CodeToken:
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def next(self) -> CodeToken:
        """Step over a token; the last one, which is the end, is never left behind."""
        token = self.tokens[self.index]
        if token.kind != "eof":
            self.index += 1
        return token

    def take(self, operator: str) -> bool:
        token = self.tokens[self.index]
        if token.text != operator or token.kind != "operator":
            return False
        self.index += 1
        return True

    def take_name(self, name: str) -> bool:
        token = self.tokens[self.index]
        if token.text != name or token.kind != "name":
            return False
        self.index += 1
        return True

    def expect(self, operator: str) -> None:
        if not self.take(operator):
            self.fail(f"Expected {operator}")

    def expect_name(self) -> CodeToken:
        return self.expect_kind("name")

    def expect_end(self) -> None:
        self.expect_kind("eof")

    def expect_kind(self, kind: CodeKind) -> CodeToken:
        token = self.peek()
        if token.kind != kind:
            received = "end of input" if token.text == "" else quoted(token.text)
            self.fail(f"Expected {kind}, received {received}", token.offset)
        return self.next()

    def fail(self, message: str, offset: int | None = None) -> NoReturn:
        raise SyntaxFault(message, self.peek().offset if offset is None else offset)
