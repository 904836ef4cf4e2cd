"""The code of a tag cut into names, numbers, texts, patterns and operators."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from scaffolder.templating.code_scan import CODE_SPACE, IDENTIFIER, MEMBER, scan_pattern
from scaffolder.templating.errors import SyntaxFault, quoted
from scaffolder.templating.numbers import text_number

CodeKind = Literal["name", "number", "string", "regex", "operator", "eof"]

TOKEN = re.compile(
    rf"""(?P<space>[{CODE_SPACE}]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9]+(?:\.[0-9]*)?)
    |(?P<string>'[^'\\]*(?:\\.[^'\\]*)*+'|"[^"\\]*(?:\\.[^"\\]*)*+")
    |(?P<operator>===|!==|\*\*|//|==|!=|<=|>=|[()\[\]{{}}.,:|~+\-*/%<>=])""",
    re.DOTALL | re.VERBOSE,
)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
SIMPLE_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
OPERAND_ENDS: Final = frozenset(")]}")


class CodeToken(NamedTuple):
    """``text`` is the name, operator or unquoted text; ``number`` and ``flags`` are for those kinds alone."""

    kind: CodeKind
    text: str
    offset: int
    number: int | float = 0
    flags: str = ""


def tokenize(code: str, offset: int) -> list[CodeToken]:
    """Cut the code that stands at this offset of the template. Raises SyntaxFault for what belongs to no token."""
    tokens: list[CodeToken] = []
    index = 0
    while index < len(code):
        match = TOKEN.match(code, index)
        if match is None:
            raise SyntaxFault(strange(code[index]), offset + index)
        index = match.end()
        if match.lastgroup != "space":
            token, index = token_of(code, match, tokens[-1] if tokens else None, offset)
            tokens.append(token)
    tokens.append(CodeToken("eof", "", offset + len(code)))
    return tokens


def strange(character: str) -> str:
    return "Unterminated string literal" if character in "'\"" else f"Unexpected character {quoted(character)}"


def token_of(code: str, match: re.Match[str], previous: CodeToken | None, offset: int) -> tuple[CodeToken, int]:
    """The token that matched, and where the next one may begin."""
    text, start, end = match.group(), match.start(), match.end()
    kind = match.lastgroup
    if kind == "name":
        if text == "r" and code[end : end + 1] == "/":
            return pattern_token(code, start, offset)
        return CodeToken("name", text, offset + start), end
    if kind == "string":
        return CodeToken("string", unescaped(text[1:-1]), offset + start), end
    if kind == "number":
        return number_token(code, match, previous, offset)
    if text == "." and code[end : end + 1].isdecimal() and not ends_operand(previous):
        raise SyntaxFault("Invalid numeric literal", offset + start)
    return CodeToken("operator", text, offset + start), end


def ends_operand(token: CodeToken | None) -> bool:
    if token is None:
        return False
    return token.kind in ("name", "number", "string", "regex") or (
        token.kind == "operator" and token.text in OPERAND_ENDS
    )


def unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda escape: SIMPLE_ESCAPES.get(escape[1], escape[1]), text)


def pattern_token(code: str, index: int, offset: int) -> tuple[CodeToken, int]:
    try:
        pattern, flags, end = scan_pattern(code, index)
    except SyntaxFault as fault:
        raise SyntaxFault(fault.message, offset + index) from fault
    return CodeToken("regex", pattern, offset + index, flags=flags), end


def number_token(code: str, match: re.Match[str], previous: CodeToken | None, offset: int) -> tuple[CodeToken, int]:
    """A number; or, behind a dot, a name that begins with digits."""
    if previous is not None and previous.kind == "operator" and previous.text == ".":
        name = MEMBER.match(code, match.start())
        if name:
            return CodeToken("name", name.group(), offset + match.start()), name.end()
    if IDENTIFIER.match(code, match.end()):
        raise SyntaxFault("Invalid numeric literal", offset + match.start())
    return CodeToken("number", match.group(), offset + match.start(), text_number(match.group())), match.end()
