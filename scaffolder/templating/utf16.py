"""
JavaScript's strings are UTF-16 code units, and ``length``, ``slice`` or ``[0]`` count those.

Inside the interpreter a character beyond the basic plane is therefore two surrogates, as there; texts are split on
their way in and joined on their way out. Both cost nothing for ASCII.
"""

from __future__ import annotations

import re

ASTRAL = re.compile("[\U00010000-\U0010ffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
REPLACEMENT = "\ufffd"


def to_units(text: str) -> str:
    """The text with each astral character as a surrogate pair."""
    if text.isascii():
        return text
    return ASTRAL.sub(lambda match: split_character(match.group()), text)


def split_character(character: str) -> str:
    rest = ord(character) - 0x10000
    return chr(0xD800 + (rest >> 10)) + chr(0xDC00 + (rest & 0x3FF))


def join_pairs(text: str) -> str:
    """The text with each surrogate pair as one character; lone surrogates stay."""
    if text.isascii():
        return text
    return PAIR.sub(lambda match: join_pair(match.group()), text)


def join_pair(pair: str) -> str:
    return chr(0x10000 + ((ord(pair[0]) - 0xD800) << 10) + (ord(pair[1]) - 0xDC00))


def from_units(text: str) -> str:
    """The text as the outside may have it: pairs joined, lone surrogates replaced as in any UTF-8 encoder."""
    if text.isascii():
        return text
    return SURROGATE.sub(REPLACEMENT, join_pairs(text))


def has_surrogates(text: str) -> bool:
    return not text.isascii() and SURROGATE.search(text) is not None


def upper(text: str) -> str:
    """``toUpperCase``."""
    return text.upper() if text.isascii() else to_units(join_pairs(text).upper())


def lower(text: str) -> str:
    """``toLowerCase``."""
    return text.lower() if text.isascii() else to_units(join_pairs(text).lower())
