"""
The values of plain scalars in YAML 1.2's core schema, with JavaScript's numbers.

Every number is a double, as in Backstage: it prints without a fraction where it has none, infinity and NaN become
null as in JSON, and integers that a double cannot hold lose their last digits.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_MAX_EXACT = 2**53
_CORE_TAGS = "tag:yaml.org,2002:"
_TYPES_OF_TAGS: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}


def resolve_plain(text: str) -> Scalar:
    """The value of a plain scalar: null, a boolean, a number, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789.+-":
        return text
    if _FLOAT.fullmatch(text):
        return js_number(float(text))
    if _OCTAL.fullmatch(text):
        return _radix(text, 8)
    if _HEX.fullmatch(text):
        return _radix(text, 16)
    return None if _NOT_FINITE.fullmatch(text) else text


def resolve_tagged(text: str, tag: str) -> Scalar:
    """
    The value of a scalar with a tag. Tags outside the core schema leave the text as it is, as in Backstage.

    Raises ValueError for the tags of YAML 1.1 whose values JSON cannot hold.
    """
    name = tag.removeprefix(_CORE_TAGS)
    if name in ("binary", "merge", "omap", "pairs", "set", "timestamp") and name != tag:
        raise ValueError(f"The tag !!{name} is not supported; write the value as text or as a plain mapping")
    if name == tag or name not in _TYPES_OF_TAGS:
        return text
    value = resolve_plain(text)
    if name == "int" and not (_INTEGER.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text)):
        return text
    if name == "float":
        return _tagged_float(text)
    return value if isinstance(value, _TYPES_OF_TAGS[name]) else text


def _tagged_float(text: str) -> Scalar:
    if _NOT_FINITE.fullmatch(text):
        return None
    return text if _INTEGER.fullmatch(text) or not _FLOAT.fullmatch(text) else js_number(float(text))


def _radix(text: str, base: int) -> Scalar:
    try:
        return js_number(float(int(text[2:], base)))
    except OverflowError:
        return None


def js_number(value: float) -> int | float | None:
    """A double as JSON.stringify prints it: integers without a fraction, no infinity, no NaN, no minus zero."""
    if not math.isfinite(value):
        return None
    if value != math.trunc(value) or abs(value) >= 1e21:
        return value
    if abs(value) <= _MAX_EXACT:
        return int(value)
    # JavaScript prints the shortest digits that name the double, then zeros.
    digits = int(_shortest_digits(value))
    return digits if -(2**63) <= digits < 2**63 else value


def _shortest_digits(value: float) -> str:
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction.ljust(int(exponent), "0")


def key_text(key: Scalar) -> str:
    """A mapping key as JavaScript's String() would print it; null is the empty text."""
    if isinstance(key, str):
        return key
    if key is None:
        return ""
    if isinstance(key, bool):
        return "true" if key else "false"
    return js_number_text(key)


def js_number_text(value: int | float) -> str:
    """A number as JavaScript's String() prints it: 1e21 is ``1e+21``, 0.0000001 is ``1e-7``, 1e20 has 21 digits."""
    if isinstance(value, int):
        return str(value)
    if value == math.trunc(value) and abs(value) < 1e21:
        return _shortest_digits(value)
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    if -7 < int(exponent) < 0:
        return format(value, f".{len(mantissa.replace('.', '').lstrip('-')) - 1 - int(exponent)}f")
    return f"{mantissa}e{int(exponent):+d}"
