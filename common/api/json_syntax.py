"""
What is wrong with a text that is not JSON, in the words that JavaScript's ``JSON.parse`` has for it.

Backstage's clients and their users have seen these words; they name the place, which is what one needs.
Pure. Called only once a text was refused, so it may be slower than a parser.
"""

from __future__ import annotations

import re

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(r"[0-9]*")
_HEX4 = re.compile(r"[0-9A-Fa-f]{4}")
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_CONTEXT = 10
_UNEXPECTED_END = "Unexpected end of JSON input"
_FIRST_KEY = "Expected property name or '}' in JSON"
_LATER_KEY = "Expected double-quoted property name in JSON"
# What careless JavaScript makes of a value that was not there.
_NOT_A_TEXT = ("undefined", "NaN", "Infinity", "[object Object]")


class _Fault(Exception):
    """The first fault; the message is its text."""


def find_json_fault(text: str, *, containers_only: bool = False) -> str | None:
    """
    The message for the first fault in ``text``, or None where there is none.

    With ``containers_only``, a text that is neither an object nor a list is a fault, as in the body of a request.
    """
    units = _utf16_units(text)
    if containers_only and (found := _refuse_bare_value(units)):
        return _from_units(found)
    try:
        _scan(units)
    except _Fault as fault:
        return _from_units(str(fault))
    return None


def _refuse_bare_value(text: str) -> str | None:
    start = _SPACE.match(text, 0).end()  # type: ignore[union-attr]
    if start == len(text):
        return _UNEXPECTED_END
    return None if text[start] in "{[" else _unexpected(text, start, as_token=True)


def _scan(text: str) -> None:
    """Walk the text once, without recursion: depth is the sender's to choose. Raises _Fault."""
    open_containers: list[str] = []
    position = 0
    while True:
        position, is_open = _scan_value_start(text, position, open_containers)
        if is_open:
            continue
        position, is_done = _scan_after_value(text, position, open_containers)
        if is_done:
            return


def _scan_value_start(text: str, position: int, open_containers: list[str]) -> tuple[int, bool]:
    """Past a scalar or an empty container; or into a container, whose first value is next."""
    position = _skip_space(text, position)
    start = text[position : position + 1]
    if start == "{":
        after = _skip_space(text, position + 1)
        if text[after : after + 1] == "}":
            return after + 1, False
        open_containers.append("{")
        return _scan_key(text, after, _FIRST_KEY), True
    if start == "[":
        after = _skip_space(text, position + 1)
        if text[after : after + 1] == "]":
            return after + 1, False
        open_containers.append("[")
        return after, True
    return _scan_scalar(text, position), False


def _scan_after_value(text: str, position: int, open_containers: list[str]) -> tuple[int, bool]:
    """Past closing brackets and one comma, to where the next value starts; or to the end of the text."""
    while open_containers:
        position = _skip_space(text, position)
        mark = text[position : position + 1]
        inside = open_containers[-1]
        if mark == ("}" if inside == "{" else "]"):
            open_containers.pop()
            position += 1
        elif mark == ",":
            return _scan_next_member(text, position + 1, inside), False
        elif inside == "{":
            raise _fault("Expected ',' or '}' after property value in JSON", position)
        else:
            raise _fault("Expected ',' or ']' after array element in JSON", position)
    position = _skip_space(text, position)
    if position < len(text):
        raise _fault("Unexpected non-whitespace character after JSON", position)
    return position, True


def _scan_next_member(text: str, position: int, inside: str) -> int:
    position = _skip_space(text, position)
    return _scan_key(text, position, _LATER_KEY) if inside == "{" else position


def _scan_key(text: str, position: int, expected: str) -> int:
    if text[position : position + 1] != '"':
        raise _fault(expected, position)
    position = _skip_space(text, _scan_string(text, position))
    if text[position : position + 1] != ":":
        raise _missing_colon(text, position, expected)
    return position + 1


def _missing_colon(text: str, position: int, expected: str) -> _Fault:
    # JSON.parse has a sentence of its own for the first key of an object alone.
    if expected == _FIRST_KEY:
        return _fault("Expected ':' after property name in JSON", position)
    return _Fault(_unexpected(text, position))


def _scan_scalar(text: str, position: int) -> int:
    start = text[position : position + 1]
    if start == '"':
        return _scan_string(text, position)
    if start == "-" or ("0" <= start <= "9"):
        return _scan_number(text, position)
    if start in _LITERALS:
        return _scan_literal(text, position, _LITERALS[start])
    raise _Fault(_unexpected(text, position))


def _scan_literal(text: str, position: int, literal: str) -> int:
    for offset, letter in enumerate(literal):
        if text[position + offset : position + offset + 1] != letter:
            raise _Fault(_unexpected(text, position + offset))
    return position + len(literal)


def _scan_number(text: str, position: int) -> int:
    if text[position] == "-":
        position += 1
        if not text[position : position + 1].isdecimal():
            raise _fault("No number after minus sign in JSON", position)
    if text[position] == "0":
        position += 1
        if text[position : position + 1].isdecimal():
            raise _fault("Unexpected number in JSON", position)
    position = _skip_digits(text, position)
    if text[position : position + 1] == ".":
        position = _skip_some_digits(text, position + 1, "Unterminated fractional number in JSON")
    if text[position : position + 1] in ("e", "E"):
        position += 2 if text[position + 1 : position + 2] in ("+", "-") else 1
        position = _skip_some_digits(text, position, "Exponent part is missing a number in JSON")
    return position


def _scan_string(text: str, position: int) -> int:
    position += 1
    while True:
        position = _PLAIN.match(text, position).end()  # type: ignore[union-attr]
        mark = text[position : position + 1]
        if mark == '"':
            return position + 1
        if mark == "\\":
            position = _scan_escape(text, position + 1)
        elif mark:
            raise _fault("Bad control character in string literal in JSON", position)
        else:
            raise _fault("Unterminated string in JSON", position)


def _scan_escape(text: str, position: int) -> int:
    mark = text[position : position + 1]
    if not mark:
        raise _Fault(_UNEXPECTED_END)
    if mark != "u":
        if mark not in '"\\/bfnrt':
            raise _fault("Bad escaped character in JSON", position)
        return position + 1
    if not _HEX4.match(text, position + 1):
        end = position + 1
        while end < len(text) and text[end] in "0123456789abcdefABCDEF":
            end += 1
        raise _fault("Bad Unicode escape in JSON", end)
    return position + 5


def _skip_space(text: str, position: int) -> int:
    return _SPACE.match(text, position).end()  # type: ignore[union-attr]


def _skip_digits(text: str, position: int) -> int:
    return _DIGITS.match(text, position).end()  # type: ignore[union-attr]


def _skip_some_digits(text: str, position: int, message: str) -> int:
    end = _skip_digits(text, position)
    if end == position:
        raise _fault(message, position)
    return end


def _fault(message: str, position: int) -> _Fault:
    return _Fault(f"{message} at position {position}")


def _unexpected(text: str, position: int, *, as_token: bool = False) -> str:
    """``as_token``: the character is named whatever it is, though at another place its kind would be."""
    if position >= len(text):
        return _UNEXPECTED_END
    if not as_token and text[position] == '"':
        return f"Unexpected string in JSON at position {position}"
    if not as_token and text[position] in "-0123456789":
        return f"Unexpected number in JSON at position {position}"
    if not as_token and text in _NOT_A_TEXT:
        return f'"{text}" is not valid JSON'
    return f"Unexpected token '{text[position]}', {_quote_around(text, position)} is not valid JSON"


def _quote_around(text: str, position: int) -> str:
    if len(text) <= 2 * _CONTEXT:
        return f'"{text}"'
    start, end = position - _CONTEXT, position + _CONTEXT
    if start < 0:
        return f'"{text[:end]}"...'
    if end >= len(text):
        return f'..."{text[start:]}"'
    return f'..."{text[start:end]}"...'


def _utf16_units(text: str) -> str:
    """One character for each UTF-16 unit, since JavaScript counts those."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(data).cast("H")))


def _from_units(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
