"""``/entities/by-query``: pages with cursors both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from pyroaring import BitMap

from catalog.index.index import BY_UID, CatalogIndex
from catalog.index.javascript_text import WHITESPACE
from catalog.index.text_search import contain_term
from catalog.queries.cursor import Cursor, Place, Question, decode_cursor, encode_cursor
from catalog.queries.evaluate import evaluate_all
from catalog.queries.fields import Projection
from catalog.queries.order import OrderField, Row, walk_rows
from catalog.queries.predicate import Predicate
from catalog.queries.reading import read_chosen

DEFAULT_LIMIT = 200
MAX_COUNT = 2**53


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A first page's question."""

    predicate: Predicate | None = None
    order: tuple[OrderField, ...] = ()
    limit: int | None = None
    offset: int | None = None
    fields: Projection | None = None
    full_text_term: str = ""
    full_text_fields: tuple[str, ...] | None = None
    total_items: bool = True


@dataclass(frozen=True, slots=True)
class EntityPage:
    bodies: list[bytes]
    total_items: int
    next_cursor: str | None
    prev_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Page:
    """A page to be found: the question, where to start (``cursor``, None for the first page), how far to go."""

    question: Question
    cursor: Cursor | None
    limit: int
    offset: int = 0
    wants_total: bool = False

    @property
    def is_backwards(self) -> bool:
        return self.cursor is not None and self.cursor.is_previous

    @property
    def key(self) -> str | None:
        """Only the first order field counts."""
        return self.question.order[0].field.lower() if self.question.order else None

    @property
    def is_descending(self) -> bool:
        return bool(self.question.order) and self.question.order[0].order == "desc"


@dataclass(frozen=True, slots=True)
class _Found:
    rows: list[Row]
    has_more: bool
    total_items: int

    @property
    def numbers(self) -> list[int]:
        return [row.number for row in self.rows]


def query_entities(
    request: QueryRequest | str,
    *,
    limit: int | None = None,
    fields: Projection | None = None,
    visible: Predicate | None = None,
) -> EntityPage:
    """
    The page that a first question or a cursor (a str) asks for.

    A cursor holds the question; only its ``limit`` and ``fields`` are given anew. A first question has its own.
    ``visible`` is what the caller may see at all: it is never written into a cursor.
    Raises InputError ``Malformed cursor: ...``.
    """
    if isinstance(request, str):
        cursor = decode_cursor(request)
        page = _Page(cursor.question, cursor, _bounded(limit, DEFAULT_LIMIT))
    else:
        page, fields = _first_page(request), request.fields
    found, bodies = read_chosen(partial(_find_page, page, visible), fields)
    next_cursor, prev_cursor = _cursors(page, found)
    return EntityPage(
        bodies,
        found.total_items,
        encode_cursor(next_cursor) if next_cursor else None,
        encode_cursor(prev_cursor) if prev_cursor else None,
    )


def _first_page(request: QueryRequest) -> _Page:
    question = Question(request.predicate, request.order, request.full_text_term, request.full_text_fields)
    limit, offset = _bounded(request.limit, DEFAULT_LIMIT), _bounded(request.offset, 0)
    return _Page(question, None, limit, offset, request.total_items)


def _bounded(count: int | None, default: int) -> int:
    return default if count is None else max(0, min(count, MAX_COUNT))


def _find_page(page: _Page, visible: Predicate | None, index: CatalogIndex) -> _Found:
    entities = evaluate_all(index, page.question.predicate, visible)
    text = _TextFilter.of(page)
    if text.term:
        entities = entities & index.containing(text.keys, text.term)
    total_items = page.cursor.total_items if page.cursor else 0
    if page.wants_total:
        total_items = len(entities) if page.key is None else entities.intersection_cardinality(index.valued(page.key))
    if page.limit == 0:
        return _Found([], has_more=False, total_items=total_items)
    rows = _rows(page, index, entities, text)
    found = list(islice(rows, page.offset, page.offset + page.limit + (not page.is_backwards)))
    if page.is_backwards:
        return _Found(found[::-1], has_more=True, total_items=total_items)
    return _Found(found[: page.limit], has_more=len(found) > page.limit, total_items=total_items)


def _rows(page: _Page, index: CatalogIndex, entities: BitMap, text: _TextFilter) -> Iterator[Row]:
    """The rows of the page and what comes after it, in the direction of the walk."""
    place = page.cursor.place if page.cursor else None
    rows = walk_rows(
        index,
        page.key or BY_UID,
        entities,
        wanted=page.offset + page.limit + 1,
        beyond=(place[0], place[-1]) if place else None,
        backwards=page.is_backwards != page.is_descending,
    )
    if text.is_about_rows:
        return (row for row in rows if next(contain_term((row.value,), text.term)))
    return rows


@dataclass(frozen=True, slots=True)
class _TextFilter:
    """The text that a value of one of the keys must contain; none if empty."""

    term: str
    keys: tuple[str, ...]
    is_about_rows: bool  # of several values of an entity, only those that contain it make a row

    @classmethod
    def of(cls, page: _Page) -> _TextFilter:
        term = page.question.full_text_term.strip(WHITESPACE).lower()
        fields = page.question.full_text_fields
        if fields is None:
            fields = (page.key or "metadata.uid",)
        is_about_rows = bool(term) and page.key is not None and fields == (page.key,)
        return cls(term, tuple(field.lower() for field in fields), is_about_rows)


def _cursors(page: _Page, found: _Found) -> tuple[Cursor | None, Cursor | None]:
    """The next page's and the previous one's."""
    known, rows = page.cursor, found.rows
    if known is None:
        if not found.has_more:
            return None, None
        first = _place_of(page, rows[0])
    else:
        first = known.first_place
    last_place = _place_of(page, rows[-1]) if rows else None
    following = Cursor(page.question, last_place, first, is_previous=False, total_items=found.total_items)
    preceding = None
    if known and rows and (place := _place_of(page, rows[0])) != first:
        preceding = Cursor(page.question, place, first, is_previous=True, total_items=found.total_items)
    return following if found.has_more else None, preceding


def _place_of(page: _Page, row: Row) -> Place:
    return (row.uid,) if page.key is None else (row.value, row.uid)
