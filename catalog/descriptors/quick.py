"""
The quick way to read YAML, for text in which nothing is suspect.

py-yaml12 is many times as fast as a reader in Python, but young: aliases and deep nesting can end the process, and of
two equal keys it keeps the last without a word. So text that could do the first never reaches it, and the second
shows in numbers: libyaml counts the events of the text, and where a key was lost the value has too few for them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml12
from yaml._yaml import CParser

from catalog.descriptors.budget import Budget
from catalog.descriptors.scalars import js_number

MAX_CHARACTERS = 256 * 1024
# Flow collections nest at most this deep, for there are no more brackets.
_MAX_BRACKETS = 60
_MAX_EXACT = 2**53
# Block collections nest at most twice as deep as the indent, or as there are compact indicators on a line.
_DEEP_LINE = r"[ \t?:-]{40}"
_DEEP = re.compile(rf"\n{_DEEP_LINE}")
_DEEP_START = re.compile(_DEEP_LINE)
# These patterns begin with what is rare and look behind it: five times as fast as the other way round.
_BEFORE_NODE = r"\s\[{,:?-"
_ANCHOR_OR_TAG = re.compile(rf"[&!](?<![^{_BEFORE_NODE}].)\S")
_NUL_OR_SURROGATE = re.compile(r"\\(?:0|x00|u0000|U00000000|u[dD][89a-fA-F])")
_LONG_RADIX = re.compile(rf"0[xo](?<![^{_BEFORE_NODE}]..)(?:[-+]|[0-9a-fA-F]{{13}})")
# A bracket where a value should begin, which both parsers take for text.
_CLOSING_START = re.compile(r"[\n:?-] *[\]}]")
# A block scalar with nothing in it before the document's end, of which yaml12 makes a line break.
_EMPTY_BLOCK = re.compile(r"[|>][-+0-9]*[ ]*(?:#[^\n]*)?(?:\r?\n[ ]*+)*+(?:\Z|(?<=\n)(?:---|\.\.\.))")
# A quoted item that goes on below, which both parsers allow to stand too far left.
_OPEN_QUOTE = re.compile(r"""[?-]\s+(?:"[^"\n]*\n|'[^'\n]*\n)""")


class _OddValueError(Exception):
    """The value has something that the quick way does not know."""


def read_quickly(text: str, budget: Budget) -> list[Any] | None:
    """
    The values of all documents in the text, or None if it has to be read with more care.

    Raises LimitExceededError if it holds more values than are left.
    """
    if _is_suspect(text):
        return None
    try:
        events = CParser(text).raw_parse()
        if events > 4 * budget.max_nodes:
            return None
        values: list[Any] = yaml12.parse_yaml(text, multi=True)
        tally = [0, 0]
        nodes = _settle_list(values, tally, budget.max_depth + 1)
    except Exception:  # both parsers raise several kinds; whatever is wrong, the careful reader will say it
        return None
    keys, collections = tally
    if events != 2 + 2 * len(values) + nodes + keys + collections:
        return None
    budget.spend(nodes)
    return values


def _is_suspect(text: str) -> bool:
    return (
        text.count("{") + text.count("[") > _MAX_BRACKETS
        or _DEEP.search(text) is not None
        or _DEEP_START.match(text) is not None
        or (("&" in text or "!" in text) and _ANCHOR_OR_TAG.search(text) is not None)
        or ("\\" in text and _NUL_OR_SURROGATE.search(text) is not None)
        or (("0x" in text or "0o" in text) and _LONG_RADIX.search(text) is not None)
        or ("%" in text and (text[0] == "%" or "\n%" in text))
        or text.count("\r") != text.count("\r\n")
        or "\t" in text
        or "\\\n" in text
        or "\\\r" in text
        or _OPEN_QUOTE.search(text) is not None
        or (("|" in text or ">" in text) and (text[-1] == " " or _EMPTY_BLOCK.search(text) is not None))
        or (("]" in text or "}" in text) and _has_odd_brackets(text))
    )


def _has_odd_brackets(text: str) -> bool:
    """Whether a flow collection may go on over lines, for whose indent Backstage has rules that others have not."""
    if _CLOSING_START.search(text) or text.lstrip(" ")[:1] in ("]", "}"):
        return True
    return any(
        line.count("{") != line.count("}") or line.count("[") != line.count("]")
        for line in text.split("\n")
        if "{" in line or "[" in line
    )


def _settle_dict(mapping: dict[Any, Any], tally: list[int], room: int) -> int:
    """Turn numbers into JavaScript's, in place; count the values, and in ``tally`` the keys and collections."""
    if not room:
        raise _OddValueError
    count = len(mapping)
    tally[0] += count
    for key, value in mapping.items():
        kind = type(value)
        if type(key) is not str:
            raise _OddValueError
        if kind is str or kind is bool or value is None:
            continue
        if kind is dict:
            tally[1] += 1
            count += _settle_dict(value, tally, room - 1)
        elif kind is list:
            tally[1] += 1
            count += _settle_list(value, tally, room - 1)
        else:
            mapping[key] = _settled_number(value)
    return count


def _settle_list(items: list[Any], tally: list[int], room: int) -> int:
    """As ``_settle_dict``."""
    if not room:
        raise _OddValueError
    count = len(items)
    for index, value in enumerate(items):
        kind = type(value)
        if kind is str or kind is bool or value is None:
            continue
        if kind is dict:
            tally[1] += 1
            count += _settle_dict(value, tally, room - 1)
        elif kind is list:
            tally[1] += 1
            count += _settle_list(value, tally, room - 1)
        else:
            items[index] = _settled_number(value)
    return count


def _settled_number(value: Any) -> int | float | None:
    if type(value) is int and -_MAX_EXACT <= value <= _MAX_EXACT:
        return value
    if type(value) not in (int, float):
        raise _OddValueError
    return js_number(float(value))
