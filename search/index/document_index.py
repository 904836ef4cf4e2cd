"""The in-memory index of documents: which have a word, which have a field's value, and how well they fit a question."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from pyroaring import BitMap

from catalog.index.postings import Postings
from catalog.index.sort_order import SortOrder
from search.index.scores import Scores
from search.index.vocabulary import Vocabulary
from search.words import mistakes_allowed, parts_of_name, squeeze, words_of, words_of_name

MAX_TEXT = 50_000
MAX_WORDS = 2_000
MAX_VALUE = 200
# So short a beginning leads to too many words: the documents that have it in their titles are kept for themselves.
SHORT = 2
# So many are sorted. Of more the first are quickly met by walking through all documents in order.
FEW = 500

PLACES = ("title", "text", "rest")
# What a match is worth, by where it is and how good it is. The same word beats an ending, that a beginning.
SAME = {"title": 40, "text": 20, "rest": 12}
SAME_STEM = {"title": 32, "text": 16, "rest": 8}
BEGINNING = {"title": 28, "text": 12, "rest": 4}
NEARLY = {"title": 16, "text": 8, "rest": 4}
WHOLE_NAME = 64
# Of two that fit equally well, that with the shorter name comes first.
SHORT_NAMES = {"1": 3, "2": 2, "3": 1}

# Terms that are no words. A line break, as nothing that a document holds can begin with one.
NAME, SIZE, BEGIN, FIELD = "\nname", "\nsize", "\nbegin", "\nfield "


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """
    A document to be found. ``names`` are other names than its title; ``key`` is unlike that of any other one.

    ``fields`` are the texts by which it is filtered; their words are found too, if their names begin with no line break.
    """

    number: int
    key: str
    title: str
    text: str
    fields: Mapping[str, str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``documents`` fit the question, ``scores`` says how well; ``near`` are the words taken for each of its words."""

    documents: BitMap
    scores: Scores
    near: Mapping[str, tuple[str, ...]]


class DocumentIndex:
    """
    Hold ``lock`` from the first question to the last of one evaluation.

    Bitmaps that come out may belong to the index: never change them.
    """

    def __init__(self, documents: Iterable[IndexedDocument] = ()) -> None:
        self.lock = threading.RLock()
        self.key_of: dict[int, str] = {}
        self.title_of: dict[int, str] = {}
        self._postings = Postings()
        self._postings.load(self._remember(document) for document in documents)
        self._postings.finish_loading()
        self._vocabulary = Vocabulary(self._words_in_use())
        self._order = self._sort()
        self.numbers = BitMap(self.key_of)

    # ------------------------------------------------------------------ writing

    def put(self, document: IndexedDocument) -> None:
        """Take a document in, in place of what it was."""
        if document.number in self.key_of:
            self._leave_order(document.number)
        number, terms = self._remember(document)
        _, gained = self._postings.put(number, terms)
        for key, word in gained:
            if key in PLACES and word is not None:
                self._vocabulary.add(word)
        self._order.add(self.title_of[number], number)
        self.numbers.add(number)

    def remove(self, number: int) -> None:
        """Take a document out, if it is there."""
        if number not in self.key_of:
            return
        self._postings.remove(number)
        self._leave_order(number)
        self.numbers.discard(number)
        del self.key_of[number], self.title_of[number]

    def tidy(self) -> None:
        """Forget words that nobody has any more, once they are the most. To be called after many writes."""
        words = self._words_in_use()
        if len(self._vocabulary) > 2 * len(words) + 1000:
            self._vocabulary = Vocabulary(words)

    def _remember(self, document: IndexedDocument) -> tuple[int, Mapping[str, Any]]:
        self.key_of[document.number] = document.key
        self.title_of[document.number] = document.title.lower()
        return document.number, _terms_of(document)

    def _leave_order(self, number: int) -> None:
        self._order.discard(self.title_of[number], number, uid=self.key_of[number], is_last=True)

    def _words_in_use(self) -> set[str]:
        keys = self._postings.keys
        return {word for place in PLACES if place in keys for word in keys[place].ids if word is not None}

    def _sort(self) -> SortOrder:
        by_title: dict[str, list[int]] = {}
        for number, title in self.title_of.items():
            by_title.setdefault(title, []).append(number)
        return SortOrder(by_title, self.key_of)

    # ------------------------------------------------------------------ reading

    def having(self, field: str, values: Iterable[str]) -> BitMap:
        """The documents of which the field has one of these values, written just so."""
        return self._postings.entities_spelt(FIELD + field, values)

    def values_of(self, field: str) -> list[str]:
        """All values of a field."""
        terms = self._postings.keys.get(FIELD + field)
        return [value for value in terms.ids if value is not None] if terms else []

    def find(self, words: Sequence[str], term: str, allowed: BitMap, *, nearly: bool) -> Found:
        """
        Those allowed that have all the words (or the whole term as their name).

        ``nearly`` takes words for right that are only nearly so. What is not allowed has no influence on anything.
        """
        scores = Scores()
        near = {word: self._near(word, allowed) if nearly else () for word in words}
        found = allowed
        for word in words:
            found = found & self._score(word, near[word], allowed, scores)
        named = self._postings.entities_spelt(NAME, (squeeze(term),)) & allowed
        scores.add(named, WHOLE_NAME)
        found = found | named
        for size, bonus in SHORT_NAMES.items():
            scores.add(self._postings.entities_spelt(SIZE, (size,)) & found, bonus)
        return Found(found, scores, near)

    def _score(self, word: str, near: Sequence[str], allowed: BitMap, scores: Scores) -> BitMap:
        """The allowed documents that have the word; each gets the score of its best match."""
        seen = BitMap()
        for weight, documents in sorted(self._matches(word, near), key=_weight, reverse=True):
            fresh = (documents & allowed) - seen
            scores.add(fresh, weight)
            seen |= fresh
        return seen

    def _matches(self, word: str, near: Sequence[str]) -> Iterator[tuple[int, BitMap]]:
        postings = self._postings
        stems = self._vocabulary.with_stem_of(word)
        longer = self._vocabulary.with_prefix(word) if len(word) > SHORT else ()
        for place in PLACES:
            yield SAME[place], postings.entities_spelt(place, (word,))
            yield SAME_STEM[place], postings.entities_spelt(place, stems)
            if longer:
                yield BEGINNING[place], postings.entities_spelt(place, longer)
            if near:
                yield NEARLY[place], postings.entities_spelt(place, near)
        if len(word) <= SHORT:
            yield BEGINNING["title"], postings.entities_spelt(BEGIN, (word,))

    def _near(self, word: str, allowed: BitMap) -> tuple[str, ...]:
        if not mistakes_allowed(word):
            return ()

        def is_allowed(other: str) -> bool:
            return any(not allowed.isdisjoint(self._postings.entities_spelt(place, (other,))) for place in PLACES)

        return tuple(self._vocabulary.near(word, is_allowed))

    def in_order(self, documents: BitMap) -> Iterator[int]:
        """These documents by title, then key."""
        if len(documents) < FEW:
            return iter(sorted(documents, key=lambda number: (self.title_of[number], self.key_of[number])))
        order = self._order
        return (order.numbers[rank] for rank in order.ranks_within(documents, 0, len(order)))


def _weight(match: tuple[int, BitMap]) -> int:
    return match[0]


def _terms_of(document: IndexedDocument) -> dict[str, Any]:
    names = {document.title, *document.names}
    title_words = set().union(*map(words_of_name, names))
    terms: dict[str, Any] = {
        "title": _some(title_words),
        "text": _some(words_of(document.text[:MAX_TEXT])),
        "rest": _some(_words_of_fields(document.fields)),
        BEGIN: [*{word[0] for word in title_words}, *{word[:SHORT] for word in title_words if len(word) >= SHORT}],
        NAME: list(set(map(squeeze, names))),
        SIZE: str(len(parts_of_name(document.title))),
    }
    for field, value in document.fields.items():
        if len(value) <= MAX_VALUE:
            terms[FIELD + field] = value
    return terms


def _some(words: Iterable[str]) -> list[str]:
    """The different words, the first of them if they are too many."""
    return list(islice(dict.fromkeys(words), MAX_WORDS))


def _words_of_fields(fields: Mapping[str, str]) -> set[str]:
    values = {value for field, value in fields.items() if _is_read(field)}
    return set().union(*map(_words_of_value, values))


# Most documents share their kinds, types, owners.
@lru_cache(maxsize=4096)
def _words_of_value(value: str) -> tuple[str, ...]:
    return tuple(words_of(value))


def _is_read(field: str) -> bool:
    """Whether the words of a field are found; those of the title are anyway."""
    return field != "title" and not field.startswith("\n")
