"""The words that documents have, to be found by their beginning, their stem, or nearly right."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from pyroaring import BitMap

from search.index.scores import Scores
from search.words import count_mistakes, mistakes_allowed, stem

LAST_CHARACTER = "\U0010ffff"
# More than these are not compared letter by letter: those that share most pairs of letters come first.
MAX_COMPARED = 300
MAX_NEAR = 25
# One mistake changes at most so many pairs of neighbouring letters (two swapped ones: three).
PAIRS_OF_A_MISTAKE = 3


class Vocabulary:
    """Words are only ever added. One that nobody has any more does no harm; make a new vocabulary when they are many."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words: list[str] = []
        self._known: set[str] = set()
        self._sorted: list[str] = []
        self._is_sorted = True
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        # For each pair of neighbouring letters the words that have it, by their place in _words.
        self._by_pair: dict[str, BitMap] = {}
        self._add_all(words)

    def __len__(self) -> int:
        return len(self._words)

    def add(self, word: str) -> None:
        if word in self._known:
            return
        place = self._remember(word)
        for pair in pairs_of(word):
            self._by_pair.setdefault(pair, BitMap()).add(place)

    def _add_all(self, words: Iterable[str]) -> None:
        """As ``add``, but a bitmap takes a list at once far more quickly than one by one."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for word in words:
            if word not in self._known:
                place = self._remember(word)
                for pair in pairs_of(word):
                    places[pair].append(place)
        self._by_pair = {pair: BitMap(having) for pair, having in places.items()}

    def _remember(self, word: str) -> int:
        place = len(self._words)
        self._known.add(word)
        self._words.append(word)
        self._sorted.append(word)
        self._is_sorted = False
        if (short := stem(word)) != word:
            self._by_stem[short].append(word)
        return place

    def with_prefix(self, prefix: str) -> list[str]:
        """The words that begin so, the word itself among them."""
        if not self._is_sorted:
            # What was sorted before stays in place, so that this is quick.
            self._sorted.sort()
            self._is_sorted = True
        return self._sorted[bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + LAST_CHARACTER)]

    def with_stem_of(self, word: str) -> list[str]:
        """The words that are the same but for their ending."""
        short = stem(word)
        return [short, *self._by_stem.get(short, ())]

    def near(self, word: str, is_wanted: Callable[[str], bool]) -> list[str]:
        """The wanted words that this one was probably meant to be: those with the fewest mistakes, a few at most."""
        found: dict[int, list[str]] = {1: [], 2: []}
        most = mistakes_allowed(word)
        compared = 0
        for other in self._similar(word, most) if most else ():
            if abs(len(other) - len(word)) > most or not is_wanted(other):
                continue
            mistakes = count_mistakes(word, other, most)
            if mistakes:
                found[mistakes].append(other)
            compared += 1
            if compared == MAX_COMPARED:
                break
        return (found[1] or found[2])[:MAX_NEAR]

    def _similar(self, word: str, most: int) -> Iterator[str]:
        """The words that share enough pairs of letters, those that share most first."""
        pairs = pairs_of(word)
        shared = Scores()
        having = [self._by_pair[pair] for pair in pairs if pair in self._by_pair]
        for words in having:
            shared.add(words, 1)
        least = max(1, len(pairs) - PAIRS_OF_A_MISTAKE * most)
        for count, places in shared.levels(BitMap.union(*having) if having else BitMap()):
            if count < least:
                return
            yield from (self._words[place] for place in places)


def pairs_of(word: str) -> set[str]:
    """The pairs of neighbouring letters, its beginning and end included; none for what nobody can misspell."""
    if not mistakes_allowed(word):
        return set()
    framed = f"^{word}$"
    return {framed[place : place + 2] for place in range(len(framed) - 1)}
