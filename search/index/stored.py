"""How this process follows the documents that other packages put into the search, by the versions of their scopes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator

import orjson
from pyroaring import BitMap

from catalog.index.index import BY_REF, CatalogIndex
from common.database import fetch_all
from common.prepared import fetch_prepared
from search.index.document_index import DocumentIndex, IndexedDocument

BATCH = 1_000

# Fields that the index has of each document besides its own: the names begin as no name of a document can.
TYPE, ENTITY = "\ntype", "\nentity"

NEWEST_VERSION = "SELECT coalesce(max(version), 0), count(*) FROM search_document_scope"

# The scopes that were replaced since a version, and up to another.
SCOPES_SINCE = """
    SELECT id, document_type FROM search_document_scope WHERE version > %s AND version <= %s ORDER BY version
"""

# The documents of a scope, a batch at a time.
DOCUMENTS_OF_SCOPE = """
    SELECT id, entity_ref, body FROM search_stored_document WHERE scope_id = %s AND id > %s ORDER BY id LIMIT %s
"""


class StoredDocuments:
    """All of them in one index. Whoever finds it behind brings it up; others wait."""

    def __init__(self) -> None:
        self.documents = DocumentIndex()
        self.types: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._version = (0, 0)
        self._numbers_of: dict[int, list[int]] = {}

    def follow(self) -> None:
        """Catch up with every committed write. One statement if nothing was replaced."""
        if _newest_version() == self._version:
            return
        with self._lock:
            newest = _newest_version()
            if newest < self._version:
                self.documents, self._numbers_of, self._version = DocumentIndex(), {}, (0, 0)
            types = set(self.types)
            for scope_id, document_type in fetch_all(SCOPES_SINCE, [self._version[0], newest[0]]):
                self._replace(scope_id, document_type)
                types.add(document_type)
            with self.documents.lock:
                self.documents.tidy()
            self.types, self._version = frozenset(types), newest

    def _replace(self, scope_id: int, document_type: str) -> None:
        gone = self._numbers_of.pop(scope_id, [])
        kept = self._numbers_of[scope_id] = []
        with self.documents.lock:
            for number in gone:
                self.documents.remove(number)
        last = 0
        while rows := fetch_all(DOCUMENTS_OF_SCOPE, [scope_id, last, BATCH]):
            last = rows[-1][0]
            with self.documents.lock:
                for document in _indexed(rows, document_type):
                    kept.append(document.number)
                    self.documents.put(document)


def documents_of(entities: BitMap, documents: DocumentIndex, index: CatalogIndex) -> BitMap:
    """The documents that belong to these entities. Under both locks."""
    order = index.order_by(BY_REF)
    found = []
    for ref in documents.values_of(ENTITY):
        rank = order.rank_of(ref, "")
        if rank < len(order) and order.values[rank] == ref and order.numbers[rank] in entities:
            found.append(ref)
    return documents.having(ENTITY, found)


def _newest_version() -> tuple[int, int]:
    version, count = fetch_prepared(NEWEST_VERSION)[0]
    return version, count


def _indexed(rows: Iterable[tuple[int, str, str]], document_type: str) -> Iterator[IndexedDocument]:
    for number, entity_ref, body in rows:
        document = orjson.loads(body)
        fields = {name: value for name, value in document.items() if isinstance(value, str)}
        text = fields.pop("text")
        fields.pop("location")
        yield IndexedDocument(
            number,
            key=f"{entity_ref} {number}",
            title=fields["title"],
            text=text,
            fields={**fields, TYPE: document_type, ENTITY: entity_ref},
        )


_stored = StoredDocuments()


def stored_documents() -> StoredDocuments:
    """Those of this process."""
    return _stored


def forget_stored_documents() -> None:
    """Start again from nothing. For tests, and for a process that was forked."""
    global _stored
    _stored = StoredDocuments()


os.register_at_fork(after_in_child=forget_stored_documents)
