"""
What counts as a word, and when two words are near each other. Pure.

A word is a run of letters and digits, in lower case. Hyphens, dots and slashes divide: ``cart-service`` is two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_WORD = 64
MIN_STEM = 3

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Too common to say what somebody looks for, as long as he says something else too.
_STOP = (
    "a an and are as at be but by for from has have how i if in into is it its of on or that the their then there these "
    "they this to was were what when where which who will with you your"
)
STOP_WORDS = frozenset(_STOP.split())


def words_of(text: str) -> list[str]:
    """The words of a text in their order, however often they come."""
    words: list[str] = _WORD.findall(text.lower())
    return [word[:MAX_WORD] for word in words] if len(text) > MAX_WORD else words


def words_with_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word with where it starts and ends in the text."""
    for found in _WORD.finditer(text):
        yield found.group().lower()[:MAX_WORD], found.start(), found.end()


def words_of_name(name: str) -> set[str]:
    """The words of a name, and the parts of those written LikeThis."""
    return set(words_of(name)) if name.islower() else {*words_of(name), *parts_of_name(name)}


def parts_of_name(name: str) -> list[str]:
    """The words of a name in their order, those written LikeThis divided."""
    return words_of(name if name.islower() else _HUMP.sub(" ", name))


def squeeze(name: str) -> str:
    """A name without what divides its words, so that ``Cart Service``, ``cart-service`` and ``cartservice`` are one."""
    return "".join(words_of(name))


def stem(word: str) -> str:
    """What is left of an English word without its ending: services, service and servicing are all ``servic``."""
    if not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > MIN_STEM + 2:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = _cut(word, "s")
    word = _undouble(_cut(word, "ing")) if word.endswith("ing") else word
    word = _undouble(_cut(word, "ed")) if word.endswith("ed") else word
    return _cut(word, "e") if word.endswith("e") else word


def _cut(word: str, ending: str) -> str:
    return word[: -len(ending)] if len(word) - len(ending) >= MIN_STEM else word


def _undouble(word: str) -> str:
    return word[:-1] if len(word) > MIN_STEM and word[-1] == word[-2] and word[-1] not in "ls" else word


def mistakes_allowed(word: str) -> int:
    """How many slips of the pen still leave the word recognisable: none in numbers and in what is hardly a word."""
    letters = sum(map(str.isalpha, word))
    if letters < 3 or letters <= len(word) - letters:
        return 0
    return 1 if len(word) < 6 else 2


def count_mistakes(written: str, meant: str, most: int) -> int | None:
    """
    How many letters were left out, put in, mistaken or swapped with their neighbour; None if more than ``most``.

    Of the time that the product of both lengths takes, so not for long texts.
    """
    if abs(len(written) - len(meant)) > most:
        return None
    before: list[int] = []
    last = list(range(len(meant) + 1))
    for row, letter in enumerate(written, start=1):
        here = [row]
        for column, other in enumerate(meant, start=1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == meant[column - 2] and written[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > most:
            return None
        before, last = last, here
    return last[-1] if last[-1] <= most else None
