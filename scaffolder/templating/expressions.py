"""The code of a tag read into a tree, by Nunjucks' precedences."""

from __future__ import annotations

from typing import Final

from scaffolder.templating import nodes
from scaffolder.templating.arithmetic import multiplicative, negated
from scaffolder.templating.coercion import regex_text
from scaffolder.templating.errors import quoted
from scaffolder.templating.numbers import number_text
from scaffolder.templating.token_cursor import TokenCursor
from scaffolder.templating.tokens import CodeToken
from scaffolder.templating.values import Regex

LITERALS: Final = {"true": True, "false": False, "none": None, "null": None}

# Binary operators from loosest to tightest, below the inline if. A name is an operator only where one can stand.
OR, AND, NOT, IN, IS, EQUALITY, RELATIONAL, ADDITIVE = range(8)
COMPARISONS: Final = {
    EQUALITY: frozenset({"==", "===", "!=", "!=="}),
    RELATIONAL: frozenset({"<", "<=", ">", ">="}),
}
ADDITIVES: Final = frozenset("+-~")
MULTIPLICATIVES: Final = frozenset({"*", "/", "//", "%"})


class ExpressionParser(TokenCursor):
    """Reads one tag's code."""

    # Whole codes

    def read_expression(self) -> nodes.Node:
        expression = self.inline_if()
        self.expect_end()
        return expression

    def read_targets(self) -> list[nodes.Symbol]:
        """The names before ``=`` or ``in``."""
        targets = [self.target()]
        while self.take(","):
            targets.append(self.target())
        self.expect_end()
        return targets

    def target(self) -> nodes.Symbol:
        token = self.expect_name()
        if token.text in LITERALS:
            self.fail("Binding targets must be ordinary names", token.offset)
        return self.symbol(token)

    def read_signature(self) -> nodes.Signature:
        """The formal parameters of a macro, up to the closing parenthesis."""
        arguments = self.arguments()
        self.expect_end()
        for node in arguments.positional:
            if not isinstance(node, nodes.Symbol):
                self.fail("Formal parameters must be names", node.offset)
        names = [node.name for node in arguments.positional if isinstance(node, nodes.Symbol)]
        return nodes.Signature(names, arguments.keyword)

    def read_filter(self, captured: nodes.Node) -> nodes.Node:
        """The head of ``{% filter name(...) %}``, around what the block prints."""
        expression = self.filter_call(captured)
        self.expect_end()
        return expression

    # Operators

    def inline_if(self) -> nodes.Node:
        body = self.binary(OR)
        if not self.take_name("if"):
            return body
        condition = self.binary(OR)
        otherwise = self.binary(OR) if self.take_name("else") else None
        return self.made(nodes.InlineIf(body.offset, condition, body, otherwise))

    def binary(self, level: int) -> nodes.Node:
        """An expression of operators that bind at least as tightly as this level."""
        start = self.peek()
        if level <= NOT and self.take_name("not"):
            self.enter()
            left = negated(self.binary(NOT), start.offset)
            self.leave()
        else:
            left = self.multiplied(self.power())
            left = self.added(left) if level <= ADDITIVE else left
            left = self.compared(left, RELATIONAL) if level <= RELATIONAL else left
            left = self.compared(left, EQUALITY) if level <= EQUALITY else left
            left = self.tested(left) if level <= IS else left
            left = self.contained(left) if level <= IN else left
        left = self.joined(left, "and", AND) if level <= AND else left
        return self.joined(left, "or", OR) if level <= OR else left

    def joined(self, left: nodes.Node, word: str, level: int) -> nodes.Node:
        while self.take_name(word):
            left = self.made(nodes.Logical(left.offset, word, left, self.binary(level + 1)))
        return left

    def contained(self, left: nodes.Node) -> nodes.Node:
        while True:
            is_negated = self.peek().text == "not" and self.after_next().text == "in"
            if is_negated:
                self.index += 2
            elif not self.take_name("in"):
                return left
            found = self.made(nodes.Membership(left.offset, left, self.binary(IS)))
            left = self.made(nodes.Unary(left.offset, "not", found)) if is_negated else found

    def tested(self, left: nodes.Node) -> nodes.Node:
        if not self.take_name("is"):
            return left
        is_negated = self.take_name("not")
        right = self.binary(EQUALITY)
        test = self.made(test_of(left, right))
        return self.made(nodes.Unary(left.offset, "not", test)) if is_negated else test

    def compared(self, left: nodes.Node, level: int) -> nodes.Node:
        rest: list[tuple[str, nodes.Node]] = []
        while self.peek().kind == "operator" and self.peek().text in COMPARISONS[level]:
            operator = self.next().text
            rest.append((operator, self.binary(level + 1)))
        return self.made(nodes.Compare(left.offset, left, rest)) if rest else left

    def added(self, left: nodes.Node) -> nodes.Node:
        while self.peek().kind == "operator" and self.peek().text in ADDITIVES:
            operator = self.next().text
            left = self.made(nodes.Binary(left.offset, operator, left, self.binary(ADDITIVE + 1)))
        return left

    def multiplied(self, first: nodes.Node) -> nodes.Node:
        rest: list[tuple[str, nodes.Node]] = []
        while self.peek().kind == "operator" and self.peek().text in MULTIPLICATIVES:
            operator = self.next().text
            rest.append((operator, self.made(self.power())))
        return multiplicative(first, rest) if rest else first

    def power(self) -> nodes.Node:
        left = self.filtered()
        while self.take("**"):
            left = self.made(nodes.Binary(left.offset, "**", left, self.filtered()))
        return left

    def filtered(self) -> nodes.Node:
        expression = self.unary()
        while self.take("|"):
            expression = self.filter_call(expression)
        return expression

    def filter_call(self, subject: nodes.Node) -> nodes.Node:
        first = self.expect_name()
        names = [self.allowed(first)]
        while self.take("."):
            names.append(self.allowed(self.expect_name()))
        arguments = self.arguments() if self.take("(") else nodes.Arguments()
        return self.made(nodes.FilterCall(first.offset, ".".join(names), subject, arguments))

    def unary(self) -> nodes.Node:
        operator = self.peek()
        if not (self.take("-") or self.take("+")):
            return self.postfix()
        self.enter()
        target = self.unary()
        self.leave()
        if isinstance(target, nodes.Unary) and target.operator == operator.text:
            self.fail(f"Repeated unparenthesized unary {operator.text} is not supported", target.offset)
        return self.made(nodes.Unary(operator.offset, operator.text, target))

    # Operands

    def postfix(self) -> nodes.Node:
        expression = self.primary()
        while True:
            if self.take("."):
                key = self.expect_name()
                name = nodes.Literal(key.offset, self.allowed(key))
                expression = self.made(nodes.Lookup(key.offset, expression, name))
            elif self.take("["):
                expression = self.subscript(expression)
            elif self.take("("):
                expression = self.made(nodes.Call(expression.offset, expression, self.arguments()))
            else:
                return expression

    def subscript(self, target: nodes.Node) -> nodes.Node:
        position = self.peek().offset
        parts = self.subscript_parts()
        self.expect("]")
        if len(parts) == 1:
            key = parts[0]
            if key is None:
                self.fail("Expected subscript expression")
            if isinstance(key, nodes.Literal) and isinstance(key.value, str):
                self.refuse_reserved(key.value, key.offset)
            return self.made(nodes.Lookup(key.offset, target, key))
        start, stop, step = [*parts, None][:3]
        return self.made(nodes.Slice(position, target, start, stop, step))

    def subscript_parts(self) -> list[nodes.Node | None]:
        """What stands between the colons, at most three; a part left out is None."""
        self.enter()
        parts = [self.subscript_part()]
        while len(parts) < 3 and self.take(":"):
            parts.append(self.subscript_part())
        self.leave()
        if parts == [None]:
            self.fail("Expected subscript expression")
        return parts

    def subscript_part(self) -> nodes.Node | None:
        return None if self.peek().text in (":", "]") else self.inline_if()

    def primary(self) -> nodes.Node:
        token = self.next()
        if token.kind == "name":
            return self.named(token)
        if token.kind == "string":
            return self.made(nodes.Literal(token.offset, token.text))
        if token.kind == "number":
            return self.made(nodes.Literal(token.offset, token.number))
        if token.kind == "regex":
            return self.made(nodes.Pattern(token.offset, token.text, token.flags))
        if token.kind != "operator" or token.text not in "([{":
            received = "at end of input" if token.text == "" else quoted(token.text)
            self.fail(f"Unexpected expression token {received}", token.offset)
        return self.bracketed(token)

    def named(self, token: CodeToken) -> nodes.Node:
        if token.text in LITERALS:
            return self.made(nodes.Literal(token.offset, LITERALS[token.text]))
        return self.symbol(token)

    def bracketed(self, token: CodeToken) -> nodes.Node:
        if token.text == "{":
            return self.made(nodes.DictNode(token.offset, self.entries()))
        if token.text == "[":
            return self.made(nodes.ArrayNode(token.offset, self.items("]")))
        items = self.items(")")
        if not items:
            self.fail("Parenthesized expression cannot be empty", token.offset)
        return self.made(nodes.Group(token.offset, items))

    def items(self, end: str) -> list[nodes.Node]:
        if self.take(end):
            return []
        self.enter()
        items = [self.inline_if()]
        while self.take(","):
            items.append(self.inline_if())
        self.leave()
        self.expect(end)
        return items

    def entries(self) -> list[tuple[str, nodes.Node]]:
        if self.take("}"):
            return []
        self.enter()
        entries = [self.entry()]
        while self.take(","):
            entries.append(self.entry())
        self.leave()
        self.expect("}")
        return entries

    def entry(self) -> tuple[str, nodes.Node]:
        token = self.next()
        if token.kind not in ("name", "string") or (token.kind == "name" and token.text in LITERALS):
            self.fail("Dictionary keys must be strings or names", token.offset)
        key = self.allowed(token)
        self.expect(":")
        return key, self.inline_if()

    def arguments(self) -> nodes.Arguments:
        """What stands between the parentheses of a call; the opening one is read already."""
        arguments = nodes.Arguments()
        if self.take(")"):
            return arguments
        self.enter()
        self.argument(arguments)
        while self.take(","):
            self.argument(arguments)
        self.leave()
        self.expect(")")
        return arguments

    def argument(self, arguments: nodes.Arguments) -> None:
        if self.peek().kind == "name" and self.after_next().text == "=":
            name = self.allowed(self.next())
            self.expect("=")
            arguments.keyword.append((name, self.inline_if()))
        else:
            arguments.positional.append(self.inline_if())


def test_of(left: nodes.Node, right: nodes.Node) -> nodes.Node:
    """The test that stands right of ``is``: a name, perhaps with arguments."""
    if isinstance(right, nodes.Call):
        return nodes.Test(right.offset, left, static_name(right.target), right.arguments, right)
    if isinstance(right, nodes.FilterCall):
        arguments = nodes.Arguments([right.input, *right.arguments.positional], right.arguments.keyword)
        return nodes.Test(right.offset, left, right.name, arguments, right)
    return nodes.Test(right.offset, left, static_name(right), None, right)


def static_name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Symbol):
        return node.name
    if isinstance(node, nodes.Pattern):
        return regex_text(Regex(node.pattern, node.flags))
    if isinstance(node, nodes.Literal):
        return "null" if node.value is None else literal_text(node.value)
    return "undefined"


def literal_text(value: str | int | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)
