"""
How the documents of entities follow the catalog's index, which follows the change log.

They are made of the terms that the catalog's index holds already, so nothing is read and parsed again; only entities
with a long text, which is no term, are read.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from catalog.index.index import CatalogIndex
from catalog.queries.bodies import read_bodies
from search.documents import PATHS, document_of
from search.index.document_index import DocumentIndex, IndexedDocument

# So many entities are taken over while nobody else may ask the catalog's index: some milliseconds.
BATCH = 500

_WANTED = {".".join(path).lower(): path for path in PATHS}


@dataclass(frozen=True, slots=True)
class _State:
    """The documents of an index, after so many of its writes."""

    documents: DocumentIndex
    index: CatalogIndex | None = None
    writes: int = 0


class EntityDocuments:
    """
    The documents of one catalog index, and how far they have followed it.

    Whoever holds ``index.lock`` may take the lock of the documents; never the other way round.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = _State(DocumentIndex())

    def of(self, index: CatalogIndex) -> DocumentIndex | None:
        """The documents of just what the index holds now; None if they have to follow first. Under the index's lock."""
        state = self._state
        return state.documents if state.index is index and state.writes == index.writes else None

    def follow(self, index: CatalogIndex) -> None:
        """Catch up with the index. No statement, unless entities with long texts have come."""
        with self._lock:
            state = self._state
            with index.lock:
                writes = index.writes
                changed = index.changed_since(state.writes) if state.index is index else None
                numbers = list(index.numbers) if changed is None else changed
            # Entities are read in the moments that follow: what changes meanwhile is taken over the next time.
            if changed is None:
                self._state = _State(DocumentIndex(_read_all(index, numbers)), index, writes)
            else:
                _take_over(index, numbers, state.documents)
                self._state = _State(state.documents, index, writes)


def _read_all(index: CatalogIndex, numbers: Iterable[int]) -> Iterator[IndexedDocument]:
    for batch in _batches(numbers):
        yield from _indexed(*_read_terms(index, batch))


def _take_over(index: CatalogIndex, changed: Iterable[int], documents: DocumentIndex) -> None:
    for batch in _batches(changed):
        written = list(_indexed(*_read_terms(index, batch)))
        with documents.lock:
            for number in set(batch).difference(document.number for document in written):
                documents.remove(number)
            for document in written:
                documents.put(document)
            documents.tidy()


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while batch := list(islice(left, BATCH)):
        yield batch


def _read_terms(index: CatalogIndex, numbers: Sequence[int]) -> tuple[dict[int, tuple[str, Any]], list[int]]:
    """The ref of each entity that there is, with what its document is made of; and those whose terms do not say all."""
    entities: dict[int, tuple[str, Any]] = {}
    unknown = []
    with index.lock:
        for number in numbers:
            if number not in index.numbers:
                continue
            entity, is_whole = _entity_of(index.terms_of(number))
            entities[number] = (index.ref_of[number], entity)
            if not is_whole:
                unknown.append(number)
    return entities, unknown


def _entity_of(terms: Iterable[tuple[str, str | None]]) -> tuple[dict[str, Any], bool]:
    """As much of the entity as a document is made of, and whether that is all: a long text is null among the terms."""
    entity: dict[str, Any] = {"metadata": {}}
    is_whole = True
    for key, value in terms:
        if key not in _WANTED:
            continue
        is_whole = is_whole and value is not None
        *way, last = _WANTED[key]
        part = entity
        for name in way:
            part = part.setdefault(name, {})
        part[last] = value if last not in part else f"{part[last]},{value}"
    return entity, is_whole


def _indexed(entities: Mapping[int, tuple[str, Any]], unknown: Sequence[int]) -> Iterator[IndexedDocument]:
    read = {number: orjson.loads(body) for number, _, body in read_bodies(unknown)}
    for number, (ref, entity) in entities.items():
        yield _indexed_document(number, ref, read.get(number, entity))


def _indexed_document(number: int, ref: str, entity: Mapping[str, Any]) -> IndexedDocument:
    document = document_of(entity, "")
    title, text = document.pop("title"), document.pop("text")
    fields = {name: value for name, value in document.items() if isinstance(value, str) and name != "location"}
    return IndexedDocument(
        number,
        key=ref,
        title=str(title),
        text=text,
        fields={**fields, "title": str(title)},
        names=(entity["metadata"]["name"],),
    )


_entities = EntityDocuments()


def entity_documents() -> EntityDocuments:
    """Those of this process."""
    return _entities


def forget_entity_documents() -> None:
    """Start again from nothing. For tests, and for a process that was forked."""
    global _entities
    _entities = EntityDocuments()


os.register_at_fork(after_in_child=forget_entity_documents)
