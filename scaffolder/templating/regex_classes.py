"""Sets of characters in regular expressions, as ranges of UTF-16 code units."""

from __future__ import annotations

from typing import Final

from scaffolder.templating.values import WHITESPACE

Ranges = list[tuple[int, int]]
LAST_UNIT: Final = 0xFFFF
NOTHING: Final = {"re2": r"[^\x{0}-\x{10FFFF}]", "regex": "(?!)"}

DIGITS: Final[Ranges] = [(0x30, 0x39)]
WORDS: Final[Ranges] = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
LINE_ENDS: Final[Ranges] = [(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)]


def merged(ranges: Ranges) -> Ranges:
    """The same characters in ascending ranges that neither touch nor overlap."""
    result: Ranges = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return result


def complement(ranges: Ranges) -> Ranges:
    """Every other character."""
    result: Ranges = []
    start = 0
    for low, high in merged(ranges):
        if start < low:
            result.append((start, low - 1))
        start = high + 1
    if start <= LAST_UNIT:
        result.append((start, LAST_UNIT))
    return result


SPACES: Final[Ranges] = merged([(ord(c), ord(c)) for c in WHITESPACE])


def escaped(code: int, engine: str) -> str:
    """One character, spelt so that it can only stand for itself."""
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    return f"\\x{{{code:X}}}" if engine == "re2" else f"\\u{code:04x}"


def written_class(ranges: Ranges, engine: str, *, negated: bool = False) -> str:
    """
    The set in brackets.

    Negation is written out and not computed, since an engine folds the case of a set before it turns it round.
    """
    if not ranges:
        return f"[{escaped(0, engine)}-{escaped(LAST_UNIT, engine)}]" if negated else NOTHING[engine]
    parts = [escaped(low, engine) + (f"-{escaped(high, engine)}" if high > low else "") for low, high in merged(ranges)]
    return f"[{'^' if negated else ''}{''.join(parts)}]"
