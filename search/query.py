"""Answers a question: finds, ranks, cuts out a page, and reads the documents of that page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

import orjson
from pyroaring import BitMap

from catalog.index.follow import current_index
from catalog.index.index import CatalogIndex
from catalog.queries.evaluate import evaluate_all
from catalog.queries.fields import Projection
from catalog.queries.predicate import Predicate
from catalog.queries.reading import MAX_ROUNDS, TOO_RESTLESS, read_chosen
from common.database import fetch_all, in_list
from common.errors import ServiceUnavailableError
from search.documents import DOCUMENTATION, ENTITIES, PATHS, document_of
from search.highlight import Marker
from search.index.document_index import DocumentIndex, Found
from search.index.entities import EntityDocuments, entity_documents
from search.index.stored import TYPE, documents_of, stored_documents
from search.settings import SearchSettings
from search.words import STOP_WORDS, words_of

MAX_WORDS = 20
_FIELDS = Projection(PATHS)


@dataclass(frozen=True, slots=True)
class Question:
    """
    ``types`` None: of all types. ``filters``: each field must have one of the values, written just so.

    ``first`` is the place of the first hit to show, from 0; ``size`` how many to show, perhaps none.
    """

    term: str = ""
    types: frozenset[str] | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first: int = 0
    size: int = 25


@dataclass(frozen=True, slots=True)
class Hit:
    """``highlight`` is the marked texts, none if nothing was looked for. ``rank`` counts from 1."""

    type: str
    document: dict[str, Any]
    rank: int
    highlight: dict[str, str]


@dataclass(frozen=True, slots=True)
class SearchPage:
    total: int
    hits: tuple[Hit, ...]


class _Behind(Exception):
    """The documents of entities are not those of the index any more."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was found. ``places`` are the hits to show, in order: whether each is an entity, and its number."""

    total: int = 0
    places: tuple[tuple[bool, int], ...] = ()
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int]:
        return [number for is_entity, number in self.places if is_entity]


def known_types() -> frozenset[str]:
    """The types that can be asked for. At most one statement, if there is news."""
    stored = stored_documents()
    stored.follow()
    return stored.types | {ENTITIES, DOCUMENTATION}


def search(question: Question, settings: SearchSettings, *, visible: Predicate | None) -> SearchPage:
    """
    What the question finds among the documents of visible entities, best first.

    Three statements at most if nothing has changed: the newest entity, the newest document, and what is to be shown.
    """
    stored = stored_documents()
    stored.follow()
    words = _words_to_find(question.term)
    for _ in range(MAX_ROUNDS):
        entities = entity_documents()

        def choose(index: CatalogIndex, entities: EntityDocuments = entities) -> _Choice:
            of_entities, others = entities.of(index), stored.documents
            if of_entities is None:
                raise _Behind
            with of_entities.lock, others.lock:
                return _Search(question, words, index, of_entities, others).choose(settings.entities, visible)

        try:
            choice, bodies = read_chosen(choose, _FIELDS)
        except _Behind:
            entities.follow(current_index())
            continue
        return SearchPage(choice.total, tuple(_show(question, words, choice, bodies, settings)))
    raise ServiceUnavailableError(TOO_RESTLESS)


def _words_to_find(term: str) -> list[str]:
    words = list(dict.fromkeys(words_of(term)))
    telling = [word for word in words if word not in STOP_WORDS]
    return (telling or words)[:MAX_WORDS]


@dataclass(frozen=True, slots=True)
class _Search:
    """One evaluation, under all locks."""

    question: Question
    words: Sequence[str]
    index: CatalogIndex
    entities: DocumentIndex
    stored: DocumentIndex

    def choose(self, searched: Predicate | None, visible: Predicate | None) -> _Choice:
        sources = self._allowed(searched, visible)
        found = [self._find(source, allowed, nearly=False) for source, allowed in sources]
        if self.words and not any(part.documents for part in found):
            # Only now, so that what is spelt right is not drowned in what looks like it.
            found = [self._find(source, allowed, nearly=True) for source, allowed in sources]
        ranked = merge(
            *(
                self._ranked(source, part, is_entity=source is self.entities)
                for (source, _), part in zip(sources, found, strict=True)
            ),
            key=lambda place: -place[0],
        )
        first, size = self.question.first, self.question.size
        shown = islice(ranked, first, first + size) if size else ()
        return _Choice(
            total=sum(len(part.documents) for part in found),
            places=tuple((is_entity, number) for _, is_entity, number in shown),
            near={word: [other for part in found for other in part.near[word]] for word in self.words},
        )

    def _allowed(self, searched: Predicate | None, visible: Predicate | None) -> list[tuple[DocumentIndex, BitMap]]:
        """Where to look, and at which documents: those of the wanted types that the asker may see."""
        types = self.question.types
        seen = evaluate_all(self.index, None, visible)
        allowed = []
        if types is None or ENTITIES in types:
            entities = seen if searched is None else evaluate_all(self.index, searched, visible)
            allowed.append((self.entities, entities))
        if self.stored.numbers and (types is None or types - {ENTITIES}):
            documents = documents_of(seen, self.stored, self.index)
            if types is not None:
                documents = documents & self.stored.having(TYPE, types)
            allowed.append((self.stored, documents))
        return [(source, self._filter(source, documents)) for source, documents in allowed]

    def _filter(self, source: DocumentIndex, documents: BitMap) -> BitMap:
        for name, values in self.question.filters:
            documents = documents & source.having(name, values)
        return documents

    def _find(self, source: DocumentIndex, allowed: BitMap, *, nearly: bool) -> Found:
        return source.find(self.words, self.question.term, allowed, nearly=nearly)

    def _ranked(self, source: DocumentIndex, found: Found, *, is_entity: bool) -> Iterator[tuple[int, bool, int]]:
        if not self.words:
            yield from ((0, is_entity, number) for number in source.in_order(found.documents))
            return
        for score, documents in found.scores.levels(found.documents):
            for number in source.in_order(documents):
                yield score, is_entity, number


def _show(
    question: Question, words: Sequence[str], choice: _Choice, bodies: Sequence[bytes], settings: SearchSettings
) -> Iterator[Hit]:
    marker = Marker(words, choice.near, max_words=settings.max_words) if words and settings.use_highlight else None
    of_entities = iter(bodies)
    stored = _read_stored([number for is_entity, number in choice.places if not is_entity])
    for rank, (is_entity, number) in enumerate(choice.places, start=question.first + 1):
        if is_entity:
            shown = (ENTITIES, document_of(orjson.loads(next(of_entities)), settings.location_template))
        elif number in stored:
            shown = stored[number]
        else:
            continue  # Replaced a moment ago.
        yield Hit(*shown, rank, _highlight(shown[1], marker))


def _read_stored(numbers: Sequence[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    if not numbers:
        return {}
    condition, parameter = in_list(numbers)
    rows = fetch_all(
        f"""
        SELECT documents.id, scopes.document_type, documents.body FROM search_stored_document AS documents
        JOIN search_document_scope AS scopes ON scopes.id = documents.scope_id WHERE documents.id {condition}
        """,
        [parameter],
    )
    return {number: (document_type, orjson.loads(body)) for number, document_type, body in rows}


def _highlight(document: Mapping[str, Any], marker: Marker | None) -> dict[str, str]:
    if marker is None:
        return {}
    return {
        "text": marker.mark(str(document["text"])),
        "title": marker.mark(str(document["title"])),
        "location": document["location"],
        "path": str(document.get("path", "")),
    }
