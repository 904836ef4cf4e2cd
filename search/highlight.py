"""Marks what was found in the texts of a document. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.words import stem, words_with_places

_NOT_SPACE = re.compile(r"\S+")


def _random_tag() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Tags:
    """What stands before and after what was found. Nobody who writes a text can guess them."""

    before: str
    after: str


_TAG = _random_tag()
TAGS = Tags(f"<{_TAG}>", f"</{_TAG}>")


class Marker:
    """Knows the words that somebody looked for, and which others were taken for them."""

    def __init__(self, words: Sequence[str], near: Mapping[str, Sequence[str]], *, max_words: int) -> None:
        self._beginnings = tuple(words)
        self._stems = frozenset(map(stem, words))
        self._near = frozenset(other for others in near.values() for other in others)
        self._max_words = max_words

    def mark(self, text: str) -> str:
        """The text with tags around each word that was found; of a long text the part about the first of them."""
        start, end = self._part_of(text)
        marked, last = [], start
        for word, left, right in words_with_places(text[start:end]):
            if self._is_meant(word):
                marked += [text[last : start + left], TAGS.before, text[start + left : start + right], TAGS.after]
                last = start + right
        return "".join([*marked, text[last:end]])

    def _is_meant(self, word: str) -> bool:
        return word.startswith(self._beginnings) or word in self._near or stem(word) in self._stems

    def _part_of(self, text: str) -> tuple[int, int]:
        """Where the part to show starts and ends: all of it, unless it has too many words."""
        places = [found.span() for found in _NOT_SPACE.finditer(text)]
        if len(places) <= self._max_words:
            return 0, len(text)
        found_at = next((left for word, left, _ in words_with_places(text) if self._is_meant(word)), 0)
        hit = next(number for number, (_, right) in enumerate(places) if right > found_at)
        first = max(0, min(hit - self._max_words // 4, len(places) - self._max_words))
        return places[first][0], places[first + self._max_words - 1][1]
