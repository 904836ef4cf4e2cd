"""Plain and quoted scalars: where they end, and the text they stand for."""

from __future__ import annotations

import re

from catalog.descriptors.cursor import Cursor
from catalog.descriptors.faults import YamlFault

_PLAIN_STOP = re.compile(r"\n|:(?=[ \t\r\n]|\Z)|[ \t]#")
_PLAIN_STOP_IN_FLOW = re.compile(r"[,\[\]{}\n]|:(?=[ \t\r\n,\[\]{}]|\Z)|[ \t]#")
_BLANK_LINES = re.compile(r"[ \t\r]*+(?:\n[ \t\r]*+)*+")
_LEADING_SPACES = re.compile(r" *")
_SINGLE_END = re.compile(r"[^']*+(?:''[^']*+)*+'")
_DOUBLE_END = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
# Escapes, runs of blanks inside of a line, and line breaks with the blanks around them.
_DOUBLE_PARTS = re.compile(
    r"\\(?:\r?\n[ \t]*|x.{0,2}|u.{0,4}|U.{0,8}|.)|[ \t]++(?!\r?\n)|[ \t]*+\r?\n(?:[ \t\n]|\r\n)*+", re.DOTALL
)
_HEX_ESCAPE = re.compile(r"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029", " ": " ", '"': '"', "/": "/", "\\": "\\", "\t": "\t",
}  # fmt: skip
_BAD_STARTS = {
    ",": "flow indicator character ,",
    "%": "directive indicator character %",
    "|": "block scalar indicator |",
    ">": "block scalar indicator >",
    "@": "reserved character @",
    "`": "reserved character `",
}


def read_plain(cursor: Cursor, min_indent: int, *, in_flow: bool) -> str:
    """A plain scalar, folded. It goes on over lines that are indented by ``min_indent``."""
    start = cursor.pos
    if cursor.peek() in ("}", "]"):
        raise cursor.unexpected()
    cursor.pos = _plain_line_end(cursor, start, in_flow)
    while (line := _next_plain_line(cursor, min_indent, in_flow)) is not None:
        cursor.pos = _plain_line_end(cursor, line, in_flow)
    if bad := _BAD_STARTS.get(cursor.text[start]):
        raise YamlFault(f"Plain value cannot start with {bad}", start)
    return _fold(cursor.text[start : cursor.pos])


def _plain_line_end(cursor: Cursor, pos: int, in_flow: bool) -> int:
    """Behind the last character that the scalar has on this line."""
    stop = (_PLAIN_STOP_IN_FLOW if in_flow else _PLAIN_STOP).search(cursor.text, pos, cursor.end)
    end = stop.start() if stop else cursor.end
    while end > pos and cursor.text[end - 1] in " \t\r":
        end -= 1
    return end


def _next_plain_line(cursor: Cursor, min_indent: int, in_flow: bool) -> int | None:
    """Where a plain scalar goes on below, None if it ends here."""
    text, content = cursor.text, cursor.match(_BLANK_LINES)
    newline = text.rfind("\n", cursor.pos, content)
    if newline == -1 or content >= cursor.end or text[content] == "#":
        return None
    if _indent_at(text, newline + 1, content) < min_indent:
        return None
    return None if _ends_plain(cursor, content, in_flow) else content


def _ends_plain(cursor: Cursor, pos: int, in_flow: bool) -> bool:
    char, following = cursor.text[pos], cursor.text[pos + 1 : pos + 2]
    if in_flow and char in ",[]{}":
        return True
    return char == ":" and (cursor.is_gap(pos + 1) or (in_flow and following in ",[]{}"))


def _indent_at(text: str, line_start: int, end: int) -> int:
    spaces = _LEADING_SPACES.match(text, line_start, end)
    return spaces.end() - line_start if spaces else 0


def _fold(body: str) -> str:
    """One line break becomes a space, n of them become n - 1."""
    if "\n" not in body:
        return body
    first, *middle, last = body.split("\n")
    lines = [line.strip(" \t\r") for line in middle]
    first, last = first.rstrip(" \t\r"), last.lstrip(" \t")
    if all(lines):
        return " ".join([first, *lines, last])
    parts, breaks = [first], 0
    for line in lines:
        if line:
            parts += ["\n" * breaks or " ", line]
        breaks = 0 if line else breaks + 1
    return "".join([*parts, "\n" * breaks or " ", last])


_ESCAPED_BREAK = re.compile(r"\\\n[ \t]*")
_COMMON_ESCAPES = (("\\n", "\n"), ('\\"', '"'), ("\\ ", " "), ("\\t", "\t"), ("\\/", "/"))


def read_quoted(cursor: Cursor, min_indent: int) -> str:
    """A scalar in single or double quotes."""
    quote, start = cursor.peek(), cursor.pos + 1
    found = (_SINGLE_END if quote == "'" else _DOUBLE_END).match(cursor.text, start, cursor.end)
    if not found:
        raise YamlFault(f"Missing closing {quote}quote", cursor.end)
    cursor.pos = end = found.end()
    _require_indent(cursor.text, start, end, min_indent, quote)
    body = cursor.text[start : end - 1]
    return _fold(body).replace("''", "'") if quote == "'" else _unescape(body, start)


def _require_indent(text: str, start: int, end: int, min_indent: int, quote: str) -> None:
    """A later line of a quoted scalar with too little indent means that the quote was never closed."""
    newline = text.find("\n", start, end)
    while newline != -1:
        following = text.find("\n", newline + 1, end)
        line = text[newline + 1 : end if following == -1 else following]
        if line.strip(" \r") and len(line) - len(line.lstrip(" ")) < min_indent:
            raise YamlFault(f"Missing closing {quote}quote", newline - (text[newline - 1] == "\r"))
        newline = following


def _unescape(body: str, offset: int) -> str:
    if "\\" not in body and "\n" not in body:
        return body
    plain = _unescape_plainly(body)
    if plain is not None:
        return plain

    def value_of(part: re.Match[str]) -> str:
        if part[0][0] == "\\":
            return _escape(part[0], offset + part.start())
        breaks = part[0].count("\n")
        return part[0] if not breaks else "\n" * (breaks - 1) or " "

    value = _DOUBLE_PARTS.sub(value_of, body)
    return _join_surrogates(value, offset) if "\\u" in body else value


def _unescape_plainly(body: str) -> str | None:
    """
    The value of a text with none but the commonest escapes, a hundred at once; None for any other.

    Documents within documents, as API definitions often are, consist of such escapes for a good part.
    """
    parts = []
    # Between two escaped backslashes every backslash begins an escape.
    for part in body.split("\\\\"):
        if "\\\n" in part:
            part = _ESCAPED_BREAK.sub("", part)
        if "\n" in part:
            lines = part.split("\n")
            lines = [lines[0].rstrip(" \t"), *[line.strip(" \t") for line in lines[1:-1]], lines[-1].lstrip(" \t")]
            # Not so with blank lines, carriage returns, and blanks before a break that an escape protects.
            if "\r" in part or not all(lines) or any(line[-1] == "\\" for line in lines[:-1]):
                return None
            part = " ".join(lines)
        for escape, character in _COMMON_ESCAPES:
            part = part.replace(escape, character)
        if "\\" in part:
            return None
        parts.append(part)
    return "\\".join(parts)


def _escape(escape: str, pos: int) -> str:
    if _HEX_ESCAPE.fullmatch(escape, 1) and (code := int(escape[2:], 16)) <= 0x10FFFF:
        return chr(code)
    if "\n" in escape:
        return ""
    if escape[1] in "xuU" or escape[1] not in _ESCAPES:
        raise YamlFault(f"Invalid escape sequence {escape}", pos)
    return _ESCAPES[escape[1]]


def _join_surrogates(value: str, offset: int) -> str:
    """JSON writes characters beyond the first 65,536 as two escapes; half of such a pair is no character."""
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise YamlFault("An escape names half of a surrogate pair, which is no character", offset) from None
