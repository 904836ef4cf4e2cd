"""A template cut into text and tags, white space around the tags already taken away as they ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from scaffolder.templating.code_scan import CODE_SPACE, IDENTIFIER, find_terminator
from scaffolder.templating.errors import SyntaxFault
from scaffolder.templating.limits import Stopwatch
from scaffolder.templating.values import WHITESPACE

TRIMMED_NEWLINE = re.compile(r"\r?\n")
RAW_TAGS: Final = frozenset({"raw", "verbatim"})
CLOSES: Final = {"variable": "}}", "block": "%}", "comment": "#}"}

Kind = Literal["text", "variable", "block", "comment"]


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a template's tags are spelt and what white space they eat."""

    cookiecutter: bool = False
    trim_blocks: bool = False
    lstrip_blocks: bool = False

    @property
    def variable_start(self) -> str:
        return "{{" if self.cookiecutter else "${{"


OPENINGS: Final = {
    start: re.compile(rf"{re.escape(start)}|\{{%|\{{#|#\}}") for start in (Syntax().variable_start, "{{")
}
KINDS: Final[dict[str, Kind]] = {"{{": "variable", "${{": "variable", "{%": "block", "{#": "comment"}


class Token(NamedTuple):
    """Text, or the code of a tag. ``offset`` is where it or its tag begins, ``code_offset`` where its code does."""

    kind: Kind
    value: str
    offset: int
    code_offset: int


def tag_name(code: str) -> str:
    match = IDENTIFIER.match(code.strip(CODE_SPACE))
    return match.group() if match else ""


def tag_remainder(code: str) -> str:
    trimmed = code.strip(CODE_SPACE)
    return trimmed[len(tag_name(trimmed)) :].strip(CODE_SPACE)


def scan(source: str, syntax: Syntax, stopwatch: Stopwatch) -> list[Token]:
    """Cut the template. Raises SyntaxFault for a tag or comment that does not end."""
    return Scanner(source, syntax, stopwatch).run()


class Scanner:
    def __init__(self, source: str, syntax: Syntax, stopwatch: Stopwatch) -> None:
        self.stopwatch = stopwatch
        self.source = source
        self.syntax = syntax
        self.openings = OPENINGS[syntax.variable_start]
        self.index = 0
        self.pending = ""
        self.pending_offset = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while self.index < len(self.source):
            match = self.openings.search(self.source, self.index)
            if match is None:
                self.add_text(len(self.source))
                break
            if match.group() == "#}":
                raise SyntaxFault("Unexpected end of comment", match.start())
            self.add_text(match.start())
            self.read_tag(match.group())
        self.flush()
        return self.tokens

    def add_text(self, end: int) -> None:
        if not self.pending:
            self.pending_offset = self.index
        self.pending += self.source[self.index : end]
        self.index = end

    def flush(self) -> None:
        if self.pending:
            self.tokens.append(Token("text", self.pending, self.pending_offset, self.pending_offset))
        self.pending = ""

    def read_tag(self, opening: str) -> None:
        self.stopwatch.check()
        kind, start = KINDS[opening], self.index
        if kind == "block" and self.syntax.lstrip_blocks:
            self.strip_indentation()
        self.index += len(opening)
        if self.source.startswith("-", self.index):
            self.pending = self.pending.rstrip(WHITESPACE)
            self.index += 1
        self.flush()
        end = self.find_end(kind, start)
        trims_right = self.source[end - 1] == "-"
        content = self.source[self.index : end - trims_right]
        token = self.tag_token(kind, content, start)
        self.index = end + len(CLOSES[kind])
        if kind == "block" and tag_name(token.value) in RAW_TAGS:
            self.read_raw(token)
        elif kind != "comment":
            self.tokens.append(token)
        self.skip_space(trims_right=trims_right, is_block=kind == "block" and tag_name(token.value) not in RAW_TAGS)

    def find_end(self, kind: Kind, start: int) -> int:
        close = CLOSES[kind]
        if kind == "comment":
            end = self.source.find(close, self.index)
        else:
            end = find_terminator(self.source, self.index, close, self.stopwatch)
        if end < 0:
            raise SyntaxFault(f"Unterminated {kind} tag", start)
        return end

    def tag_token(self, kind: Kind, content: str, start: int) -> Token:
        code = content.lstrip(CODE_SPACE)
        offset = self.index + len(content) - len(code)
        return Token(kind, code if kind == "variable" else code.rstrip(CODE_SPACE), start, offset)

    def skip_space(self, *, trims_right: bool, is_block: bool) -> None:
        if trims_right:
            rest = len(self.source)
            while self.index < rest and self.source[self.index] in WHITESPACE:
                self.index += 1
        elif is_block and self.syntax.trim_blocks:
            self.skip_newline()

    def skip_newline(self) -> None:
        match = TRIMMED_NEWLINE.match(self.source, self.index)
        if match:
            self.index = match.end()

    def strip_indentation(self) -> None:
        """Drop the blanks before a tag if nothing else stands before it on its line."""
        line_start = self.source.rfind("\n", 0, self.index) + 1
        if self.source[line_start : self.index].strip(WHITESPACE):
            return
        kept = self.pending.rfind("\n") + 1
        if not self.pending[kept:].strip(WHITESPACE):
            self.pending = self.pending[:kept]

    def read_raw(self, token: Token) -> None:
        """Take everything up to the matching end tag as text."""
        name = tag_name(token.value)
        if tag_remainder(token.value):
            raise SyntaxFault(f"{name} tag does not accept trailing content", token.offset)
        if self.syntax.trim_blocks:
            self.skip_newline()
        start, end = self.find_raw_end(name, token.offset)
        if "\n" in self.source[start:end]:
            raise SyntaxFault(f"{name} closing tag cannot contain a line break", start)
        self.add_text(start)
        self.index = end

    def find_raw_end(self, name: str, offset: int) -> tuple[int, int]:
        marker = re.compile(rf"\{{%[{WHITESPACE}]*(end)?{name}[{WHITESPACE}]*%\}}")
        depth = 1
        for match in marker.finditer(self.source, self.index):
            depth += -1 if match.group(1) else 1
            if depth == 0:
                return match.start(), match.end()
        raise SyntaxFault(f'Missing "end{name}" tag', offset)
