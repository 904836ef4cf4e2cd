"""Text search: which values contain a text, as the reference's SQL ``LIKE '%text%'`` answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import repeat
from operator import contains


def contain_term(values: Iterable[str], term: str) -> Iterator[bool]:
    """
    For each lower-cased value: whether it contains the lower-cased ``term``.

    In it ``_`` stands for any character, ``%`` for any number of them, and a backslash makes the next one plain.
    """
    if not any(special in term for special in "_%\\"):
        return map(contains, values, repeat(term))
    # No part can repeat, so none backtracks: hostile terms take linear time.
    parts = [re.compile(part, re.DOTALL) for part in _parts_between_wildcards(term)]
    return map(_has_in_turn, values, repeat(parts))


def _has_in_turn(value: str, parts: list[re.Pattern[str]]) -> bool:
    position = 0
    for part in parts:
        found = part.search(value, position)
        if found is None:
            return False
        position = found.end()
    return True


def _parts_between_wildcards(term: str) -> list[str]:
    parts = [""]
    characters = iter(term)
    for character in characters:
        if character == "%":
            parts.append("")
        elif character == "_":
            parts[-1] += "."
        else:
            parts[-1] += re.escape(next(characters, character) if character == "\\" else character)
    return [part for part in parts if part]
