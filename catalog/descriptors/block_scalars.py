"""Literal (``|``) and folded (``>``) scalars."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from catalog.descriptors.cursor import Cursor
from catalog.descriptors.faults import YamlFault

_HEADER = re.compile(r"[|>][^ \t\r\n#]*")
_BLANK_LINES = re.compile(r"(?: *+\r?+\n)*+")
_SPACES = re.compile(r" *")


@dataclass(frozen=True, slots=True)
class _Header:
    is_folded: bool
    chomp: str
    indent: int


def read_block_scalar(cursor: Cursor, parent: int) -> str:
    """
    A block scalar that belongs to a node in column ``parent`` (-1 for the document itself).

    Leaves the cursor at the next content.
    """
    header = _read_header(cursor)
    indent = max(parent, 0) + header.indent if header.indent else _detect_indent(cursor, parent)
    lines = _read_lines(cursor, indent, parent)
    cursor.start_line()
    return _chomp(lines, header)


def _read_header(cursor: Cursor) -> _Header:
    start = cursor.pos
    cursor.pos = cursor.match(_HEADER)
    source = cursor.text[start : cursor.pos]
    chomp, indent = "", 0
    for at, char in enumerate(source[1:], start + 1):
        if char in "+-" and not chomp:
            chomp = char
        elif char in "123456789" and not indent:
            indent = int(char)
        else:
            raise YamlFault(f"Block scalar header includes extra characters: {source[:80]}", at)
    cursor.skip_blanks()
    if not cursor.is_line_end():
        raise cursor.unexpected()
    cursor.pos = min(cursor.line_end() + 1, cursor.end)
    return _Header(source[0] == ">", chomp, indent)


def _detect_indent(cursor: Cursor, parent: int) -> int | None:
    """The indent of the first line with content; None if that belongs to something else."""
    start = cursor.match(_BLANK_LINES)
    indent = _spaces_at(cursor, start)
    if start + indent >= cursor.end or indent <= parent:
        return None
    before = cursor.text[cursor.pos : start].split("\n")
    if max(len(line.removesuffix("\r")) for line in before) > indent:
        raise YamlFault(
            "Block scalars with more-indented leading empty lines must use an explicit indentation indicator",
            start + indent,
        )
    return indent


def _spaces_at(cursor: Cursor, pos: int) -> int:
    found = _SPACES.match(cursor.text, pos, cursor.end)
    return found.end() - pos if found else 0


@lru_cache(maxsize=64)
def _lines_of(indent: int) -> re.Pattern[str]:
    return re.compile(rf"(?: {{{indent}}}[^\n]*+\n?+| *+\r?+\n)*+")


def _read_lines(cursor: Cursor, indent: int | None, parent: int) -> list[str]:
    """The scalar's lines without their indent. Leaves the cursor at the start of the line behind them."""
    start = cursor.pos
    if indent == 0:
        cursor.pos = cursor.end
    else:
        cursor.pos = cursor.match(_BLANK_LINES if indent is None else _lines_of(indent))
    body = cursor.text[start : cursor.pos]
    _forbid_tab(cursor, parent, has_content=not body.isspace() and bool(body))
    lines = [line[indent or 0 :] for line in body.replace("\r\n", "\n").split("\n")]
    if not lines[-1]:
        lines.pop()
    return lines if indent is not None and body.strip(" \r\n") else [""] * len(lines)


def _forbid_tab(cursor: Cursor, parent: int, *, has_content: bool) -> None:
    """A tab where the scalar's indent should be is a mistake, and looks like no end of it."""
    if not cursor.text.startswith("\t", cursor.pos + _spaces_at(cursor, cursor.pos), cursor.end):
        return
    if has_content:
        raise YamlFault("Block scalar lines must not be less indented than their first line", cursor.pos)
    if parent >= 0:
        raise YamlFault("Block scalar values in collections must be indented", cursor.pos)


def _chomp(lines: list[str], header: _Header) -> str:
    count = len(lines)
    while count and not lines[count - 1]:
        count -= 1
    if not count:
        return "\n" * len(lines) if header.chomp == "+" else ""
    value = _fold(lines[:count]) if header.is_folded else "\n".join(lines[:count])
    if header.chomp == "-":
        return value
    return value + "\n" * (1 + len(lines) - count) if header.chomp == "+" else value + "\n"


def _fold(lines: list[str]) -> str:
    """Breaks between lines of equal indent become spaces; lines that are indented more keep theirs."""
    parts: list[str] = []
    breaks, was_more = 0, True
    for line in lines:
        if not line:
            breaks += 1
            continue
        is_more = line[0] in " \t"
        if parts or breaks:
            parts.append(_separator(breaks, bool(parts), is_more or was_more))
        parts.append(line)
        breaks, was_more = 0, is_more
    return "".join(parts)


def _separator(empty_lines: int, has_text: bool, keeps: bool) -> str:
    if not has_text:
        return "\n" * empty_lines
    return "\n" * (empty_lines + 1) if keeps else "\n" * empty_lines or " "
