"""``GET /entities``: the plain list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.queries.fields import Projection
from catalog.queries.order import OrderField
from catalog.queries.predicate import Predicate


@dataclass(frozen=True, slots=True)
class EntityList:
    bodies: list[bytes]
    next_cursor: str | None


def list_entities(
    predicate: Predicate | None,
    *,
    fields: Projection | None = None,
    order: Sequence[OrderField] = (),
    limit: int | None = None,
    offset: int | None = None,
    after: str | None = None,
    visible: Predicate | None = None,
) -> EntityList:
    """
    The entities that match, as JSON texts; by ref unless ``order`` says otherwise.

    ``limit``, ``offset`` or ``after`` ask for a page; then ``next_cursor`` is the next page's ``after``, and
    entities that lack an order field come last. Without any of them, those are left out.
    ``visible`` is what the caller may see at all. Raises InputError on a malformed ``after``.
    """
    raise NotImplementedError
