"""A place in the text of one YAML document, and the steps that every reader takes from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from catalog.descriptors.budget import Budget
from catalog.descriptors.faults import YamlFault

_EMPTY_LINES = re.compile(r"(?:[ \t]*+(?:#[^\n]*+|\r?+)\n)*+")
_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \t]*")
_COMMENT_LINE = re.compile(r"( *)#[^\n]*\n")
_PLAIN_WORD = re.compile(r"[^\n]*?(?=:(?:[ \t\r\n]|\Z)|[ \t]+#|[ \t\r]*(?:\n|\Z))")
_GAPS = frozenset(" \t\r\n")
_TOKENS = {
    '"': "double-quoted-scalar",
    "'": "single-quoted-scalar",
    "{": "flow-map-start",
    "[": "flow-seq-start",
    "}": "flow-map-end",
    "]": "flow-seq-end",
    "&": "anchor",
    "!": "tag",
    "*": "alias",
}


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an anchor names, and how much an alias to it would add."""

    value: Any
    nodes: int
    height: int


class Cursor:
    """
    Walks the text from ``pos`` to ``end``, which bound one document of the file.

    ``indent`` is the number of spaces before the content of the current line, -1 at the end of the document; ``tab``
    is where a tab follows them. ``unresolved`` is the first alias that names nothing.
    """

    __slots__ = (
        "_last_end",
        "anchors",
        "budget",
        "end",
        "indent",
        "line_start",
        "open_anchors",
        "pos",
        "tab",
        "tags",
        "text",
        "unresolved",
    )

    def __init__(self, text: str, start: int, end: int, budget: Budget) -> None:
        self.text = text
        self.pos = start
        self.end = end
        self.budget = budget
        self.line_start = start
        self.indent = 0
        self.tab: int | None = None
        self._last_end = start
        self.unresolved: YamlFault | None = None
        self.anchors: dict[str, Anchored] = {}
        self.open_anchors: list[str] = []
        self.tags: dict[str, str] = {"!!": "tag:yaml.org,2002:", "!": "!"}

    @property
    def column(self) -> int:
        """How far the cursor is from the start of its line."""
        return self.pos - self.line_start

    def peek(self) -> str:
        """The character here, empty at the end."""
        return self.text[self.pos] if self.pos < self.end else ""

    def is_gap(self, pos: int) -> bool:
        """Whether white space or the end is there."""
        return pos >= self.end or self.text[pos] in _GAPS

    def is_indicator(self, char: str) -> bool:
        """Whether ``-``, ``?`` or ``:`` stands here for itself, with white space behind."""
        return self.peek() == char and self.is_gap(self.pos + 1)

    def skip_blanks(self) -> None:
        """Go past spaces and tabs."""
        self.pos = self.match(_BLANKS)

    def match(self, pattern: re.Pattern[str]) -> int:
        """Where a pattern that always matches ends."""
        found = pattern.match(self.text, self.pos, self.end)
        assert found is not None  # noqa: S101 - such patterns match the empty text
        return found.end()

    def line_end(self) -> int:
        """Where the line break or the end of the document is."""
        stop = self.text.find("\n", self.pos, self.end)
        return self.end if stop == -1 else stop

    def is_line_end(self) -> bool:
        """Whether nothing but a comment is left on the line. Call it on a character that is not blank."""
        char = self.peek()
        if char == "#":
            self._require_blank_before_comment()
        return char in ("", "\n", "#") or (char == "\r" and self.text.startswith("\n", self.pos + 1))

    def _require_blank_before_comment(self) -> None:
        if self.pos > self.line_start and self.text[self.pos - 1] not in " \t\n":
            raise YamlFault(
                "Comments must be separated from other tokens by white space characters",
                self.pos,
                self.line_end(),
            )

    def finish_line(self) -> None:
        """Go past what may follow a node on its line, to the content of a later line."""
        self.skip_blanks()
        if not self.is_line_end():
            raise self.unexpected()
        self.pos = min(self.line_end() + 1, self.end)
        self.start_line()

    def skip_empty_lines(self) -> None:
        """From the start of a line, go past lines of blanks and comments."""
        self.pos = self.line_start = self.match(_EMPTY_LINES)

    def start_line(self) -> None:
        """From the start of a line, go to the next content, past empty lines and comments."""
        self._last_end = self.pos
        self.skip_empty_lines()
        self.pos = self.match(_SPACES)
        self.indent = self.column
        self.tab = self.pos if self.peek() == "\t" else None
        self.skip_blanks()
        if self.is_line_end():
            self.pos, self.indent, self.tab = self.end, -1, None

    def after(self, column: int) -> int:
        """Where the text behind the last finished node begins, and behind the comments that belong to it."""
        pos = self._last_end
        while (comment := _COMMENT_LINE.match(self.text, pos, self.end)) and len(comment[1]) > column:
            pos = comment.end()
        return pos

    def unexpected(self) -> YamlFault:
        """The fault of content where a node has already ended, or none may begin."""
        char = self.peek()
        if char in "}]":
            where = "stream" if self.budget.depth or self.text[self.line_start : self.pos].strip() else "document"
            return YamlFault(f'Unexpected {_TOKENS[char]} token in YAML {where}: "{char}"', self.pos)
        if char in "-?:" and self.is_gap(self.pos + 1):
            names = {"-": "seq-item-ind", "?": "explicit-key-ind", ":": "map-value-ind"}
            return YamlFault(f"Unexpected {names[char]} at node end", self.pos)
        kind = _TOKENS.get(char, "scalar")
        end = self.match(_PLAIN_WORD) if kind == "scalar" else self.pos + 1
        return YamlFault(f"Unexpected {kind} at node end", self.pos, end)

    def forbid_tab(self) -> None:
        """Raise the fault of a line indented by a tab, if this one is."""
        if self.tab is not None:
            raise YamlFault("Tabs are not allowed as indentation", self.tab)
