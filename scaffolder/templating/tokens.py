"""The code of a tag cut into names, numbers, texts, patterns and operators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from scaffolder.templating.code_scan import CODE_SPACE, IDENTIFIER, MEMBER, scan_pattern
from scaffolder.templating.errors import SyntaxFault
from scaffolder.templating.numbers import text_number

CodeKind = Literal["name", "number", "string", "regex", "operator", "eof"]

SPACE = re.compile(f"[{CODE_SPACE}]+")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?")
OPERATOR = re.compile(r"===|!==|\*\*|//|==|!=|<=|>=|[()\[\]{}.,:|~+\-*/%<>=]")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
TEXT_ENDS: Final = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*+{quote}", re.DOTALL) for quote in "'\""}
SIMPLE_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
OPERAND_ENDS: Final = frozenset(")]}")


@dataclass(frozen=True, slots=True)
class CodeToken:
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
        space = SPACE.match(code, index)
        if space:
            index = space.end()
            continue
        token, index = next_token(code, index, tokens[-1] if tokens else None, offset)
        tokens.append(token)
    tokens.append(CodeToken("eof", "", offset + len(code)))
    return tokens


def next_token(code: str, index: int, previous: CodeToken | None, offset: int) -> tuple[CodeToken, int]:
    after_dot = previous is not None and previous.kind == "operator" and previous.text == "."
    name = (MEMBER if after_dot else IDENTIFIER).match(code, index)
    if name:
        if name.group() == "r" and code[name.end() : name.end() + 1] == "/":
            return pattern_token(code, index, offset)
        return CodeToken("name", name.group(), offset + index), name.end()
    character = code[index]
    if character == "." and code[index + 1 : index + 2].isdecimal() and not ends_operand(previous):
        raise SyntaxFault("Invalid numeric literal", offset + index)
    number = NUMBER.match(code, index)
    if number:
        return number_token(code, number, offset)
    if character in TEXT_ENDS:
        return text_token(code, index, offset)
    operator = OPERATOR.match(code, index)
    if operator is None:
        raise SyntaxFault(f'Unexpected character "{character}"', offset + index)
    return CodeToken("operator", operator.group(), offset + index), operator.end()


def ends_operand(token: CodeToken | None) -> bool:
    if token is None:
        return False
    return token.kind in ("name", "number", "string", "regex") or (
        token.kind == "operator" and token.text in OPERAND_ENDS
    )


def pattern_token(code: str, index: int, offset: int) -> tuple[CodeToken, int]:
    try:
        pattern, flags, end = scan_pattern(code, index)
    except SyntaxFault as fault:
        raise SyntaxFault(fault.message, offset + index) from fault
    return CodeToken("regex", pattern, offset + index, flags=flags), end


def number_token(code: str, match: re.Match[str], offset: int) -> tuple[CodeToken, int]:
    if IDENTIFIER.match(code, match.end()):
        raise SyntaxFault("Invalid numeric literal", offset + match.start())
    return CodeToken("number", match.group(), offset + match.start(), text_number(match.group())), match.end()


def text_token(code: str, index: int, offset: int) -> tuple[CodeToken, int]:
    match = TEXT_ENDS[code[index]].match(code, index + 1)
    if match is None:
        raise SyntaxFault("Unterminated string literal", offset + index)
    body = ESCAPE.sub(lambda escape: SIMPLE_ESCAPES.get(escape[1], escape[1]), match.group()[:-1])
    return CodeToken("string", body, offset + index), match.end()
