"""Faults in YAML text, worded as Backstage's authors know them."""

from __future__ import annotations

from dataclasses import dataclass

_WIDTH = 80
_MAX_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1, and the text around them with a pointer below."""

    line: int
    column: int
    context: str


class YamlFault(Exception):
    """The text is not YAML, or not YAML that can be read safely. ``start`` and ``end`` are offsets into the file."""

    def __init__(self, message: str, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message if len(message) <= _MAX_MESSAGE else message[: _MAX_MESSAGE - 1] + "…"
        self.start = start
        self.end = start + 1 if end is None else end


class LineNumbers:
    """Counts the lines of a text. Cheap when asked for places in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._last = (0, 1)

    def line_of(self, pos: int) -> int:
        """The line of an offset, from 1."""
        start, line = self._last if self._last[0] <= pos else (0, 1)
        self._last = (pos, line + self.text.count("\n", start, pos))
        return self._last[1]


def describe(numbers: LineNumbers, fault: YamlFault) -> tuple[str, int]:
    """``<message> at line 4, column 1:``, the line and a pointer below; and the line's number."""
    place = find_place(numbers, fault.start, fault.end)
    message = f"YAMLParseError: {fault.message} at line {place.line}, column {place.column}"
    return (f"{message}:\n\n{place.context}\n" if place.context else message), place.line


def find_place(numbers: LineNumbers, start: int, end: int) -> Place:
    """Where an offset is, with at most 80 characters of its line, and the line before if it points at a line's start."""
    text = numbers.text
    line_start = text.rfind("\n", 0, start) + 1
    line = numbers.line_of(line_start)
    column = start - line_start + 1
    shown, offset = _excerpt(text, line_start, column - 1)
    stop = text.find("\n", start)
    width = max(1, min(end - start, _WIDTH - offset)) if stop == -1 or end <= stop else 1
    if line > 1 and not shown[:offset].strip(" "):
        shown = _line_before(text, line_start) + shown
    context = f"{shown}\n{' ' * offset}{'^' * width}" if shown.strip(" ") else ""
    return Place(line, column, context)


def _excerpt(text: str, line_start: int, offset: int) -> tuple[str, int]:
    stop = text.find("\n", line_start)
    shown = text[line_start : len(text) if stop == -1 else stop].rstrip("\r\n")
    if offset >= 60 and len(shown) > _WIDTH:
        cut = min(offset - 39, len(shown) - _WIDTH + 1)
        shown, offset = "…" + shown[cut:], offset - cut + 1
    return (shown[: _WIDTH - 1] + "…" if len(shown) > _WIDTH else shown), offset


def _line_before(text: str, line_start: int) -> str:
    before = text[text.rfind("\n", 0, line_start - 1) + 1 : line_start]
    return before[: _WIDTH - 1] + "…\n" if len(before) > _WIDTH else before
