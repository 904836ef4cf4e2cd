"""Texts in quotes."""

from __future__ import annotations

import re

from scaffolder.actions.yaml_text.folding import PLAIN, QUOTED, fold
from scaffolder.actions.yaml_text.place import Place
from scaffolder.templating.json_text import text_literal

# At the start of a line these would be read as the end of the document, or as a directive.
_MARKER = re.compile("(?:^|(?<=[\n\r\u2028\u2029]))(?:%|---|\\.\\.\\.)")
_SPACED_BREAK = re.compile(r"[ \t]\n|\n[ \t]")
_CODES = {"\\u0000": "\\0", "\\u0007": "\\a", "\\u000b": "\\v", "\\u001b": "\\e"}
_ESCAPE = re.compile(r"( ?)(\\n)((?:\\n)*)|\\u[0-9a-f]{4}|\\.")


def has_marker(text: str) -> bool:
    return _MARKER.search(text) is not None


def quoted(text: str, place: Place) -> str:
    """In the quotes that need no escapes, else in those that the options prefer."""
    prefers_single = place.options.single_quote
    if prefers_single is False:
        return double_quoted(text, place)
    has_double, has_single = '"' in text, "'" in text
    if has_double != has_single:
        return single_quoted(text, place) if has_double else double_quoted(text, place)
    return single_quoted(text, place) if prefers_single else double_quoted(text, place)


def single_quoted(text: str, place: Place) -> str:
    if place.options.single_quote is False or (place.is_key and "\n" in text) or _SPACED_BREAK.search(text):
        return double_quoted(text, place)
    indent = _indent(text, place)
    doubled = text.replace("'", "''")
    written = "'" + re.sub(r"\n+", lambda match: f"{match.group()}\n{indent}", doubled) + "'"
    return written if place.is_key else fold(written, place.fold(indent, place.start), PLAIN).text


def double_quoted(text: str, place: Place) -> str:
    literal = text_literal(text)
    if place.options.double_quoted_as_json:
        return literal
    indent = _indent(text, place)
    keeps_breaks = place.is_key or len(literal) < place.options.double_quoted_min_multi_line_length
    written = _ESCAPE.sub(lambda match: _escape(match, literal, indent, keeps_breaks), literal)
    return written if place.is_key else fold(written, place.fold(indent, place.start), QUOTED).text


def _indent(text: str, place: Place) -> str:
    return place.indent or ("  " if has_marker(text) else "")


def _escape(match: re.Match[str], literal: str, indent: str, keeps_breaks: bool) -> str:
    if match.group(2):
        return _line_breaks(match, literal, indent, keeps_breaks)
    code = match.group()
    if code in _CODES:
        return _CODES[code]
    return f"\\x{code[4:]}" if code.startswith("\\u00") else code


def _line_breaks(match: re.Match[str], literal: str, indent: str, keeps_breaks: bool) -> str:
    """Some ``\\n`` in a row, with the space before them."""
    space = "\\ " if match.group(1) else ""
    count = 1 + len(match.group(3)) // 2
    is_last = match.end() == len(literal) - 1
    if keeps_breaks or (is_last and count == 1):
        return space + "\\n" * count
    # Reading takes one line break away. The last one before the closing quote stays an escape.
    made = count - is_last
    # A space before another break is escaped there.
    has_space = literal[match.end()] == " " and not literal.startswith(" \\n", match.end())
    escaped_space = "\\" if has_space else ""
    return space + "\n" + "\n" * made + indent + escaped_space + "\\n" * is_last
