"""``/entities/by-query``: pages with cursors both ways."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.queries.fields import Projection
from catalog.queries.order import OrderField
from catalog.queries.predicate import Predicate


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
    raise NotImplementedError
