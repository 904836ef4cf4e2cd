"""
The values of a template, and nothing else.

    JavaScript          here
    undefined           UNDEFINED
    null                None
    boolean, number     bool; int when it is a whole number up to 2**53, else float (so -0.0 is a float)
    string              str of UTF-16 code units (``utf16.py``)
    array, object       list, dict
    regular expression  Regex
    what ``safe``, ``escape`` and macros give    SafeString
    functions           TemplateCallable and its kinds (``callables.py``)
"""

from __future__ import annotations

import re
from typing import Any, Final

Value = Any
RESERVED_NAMES: Final = frozenset({"constructor", "prototype", "__proto__"})
ARRAY_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,9})\Z")
LARGEST_INDEX = 4_294_967_294

# What String.prototype.trim and \s take for white space.
WHITESPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class Undefined:
    """The one value of what is not there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


class SafeString:
    """A text that needs no more escaping. Differs from a plain one in ``is string``, ``===`` and truth."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Regex:
    """A regular expression literal; ``last_index`` moves as ``test`` runs with the flags g or y."""

    __slots__ = ("flags", "last_index", "pattern")

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.flags = flags
        self.last_index = 0


class TemplateCallable:
    """What a template may call. ``is_macro`` is true of template macros alone, the only targets of ``{% call %}``."""

    __slots__ = ()
    is_macro = False


def arg(arguments: list[Value], index: int) -> Value:
    """The argument at this place, undefined if it was not given."""
    return arguments[index] if index < len(arguments) else UNDEFINED


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_textual(value: Value) -> bool:
    return isinstance(value, str | SafeString)


def is_nullish(value: Value) -> bool:
    return value is None or value is UNDEFINED


def truthy(value: Value) -> bool:
    """JavaScript's truth: false for undefined, null, false, 0, NaN and the empty string; empty lists are true."""
    if isinstance(value, str):
        return value != ""
    if isinstance(value, int | float):
        return value != 0 and value == value
    return value is not None and value is not UNDEFINED


def kind_of(value: Value) -> str:
    """The word for a value's kind in messages."""
    if value is UNDEFINED:
        return "undefined"
    if value is None:
        return "null"
    return next((word for types, word in KINDS if isinstance(value, types)), "unknown value")


KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "boolean"),
    ((int, float), "number"),
    (str, "string"),
    (list, "array"),
    (dict, "record"),
    (SafeString, "safe string"),
    (Regex, "regular expression"),
    (TemplateCallable, "callable"),
)


def array_index(key: str, length: int) -> int | None:
    """The place that a property key names in an array or string of this length."""
    if not ARRAY_INDEX.match(key):
        return None
    index = int(key)
    return index if index < length else None


def ordered_record(entries: dict[str, Value]) -> dict[str, Value]:
    """The record in JavaScript's order: array indices by number, then the other keys as they came."""
    indices = [key for key in entries if is_index_key(key)]
    if not indices:
        return entries
    indices.sort(key=int)
    found = set(indices)
    return {key: entries[key] for key in [*indices, *(key for key in entries if key not in found)]}


def is_index_key(key: str) -> bool:
    return ARRAY_INDEX.match(key) is not None and int(key) <= LARGEST_INDEX
