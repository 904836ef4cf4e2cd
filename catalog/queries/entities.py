"""``GET /entities``: the plain list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, product
from math import prod

from pyroaring import BitMap

from catalog.index.index import BY_REF, BY_UID, CatalogIndex
from catalog.queries.evaluate import evaluate_all
from catalog.queries.fields import Projection
from catalog.queries.opaque import OpaqueTextError, decode_opaque, encode_opaque
from catalog.queries.order import OrderField, numbers_in_order, walk_rows
from catalog.queries.predicate import Predicate
from catalog.queries.reading import read_chosen
from common.errors import InputError

MAX_ORDER_FIELDS = 20
MAX_ROWS = 500_000
MAX_COUNT = 2**53


@dataclass(frozen=True, slots=True)
class EntityList:
    bodies: list[bytes]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Slice:
    offset: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    numbers: list[int]
    next_offset: int | None = None


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
    entities that lack an order field come last. Without any of them, those are left out, and only the first
    order field counts. An entity comes once for each of its values for an order field.
    ``visible`` is what the caller may see at all. Raises InputError on a malformed ``after``.
    """
    if len(order) > MAX_ORDER_FIELDS:
        raise InputError(f"Too many order parameters: {len(order)}, at most {MAX_ORDER_FIELDS} are allowed")
    wanted = _read_after(after, limit, offset)
    is_page = not (limit is None and offset is None and after is None)
    choose = partial(_find_slice, wanted) if is_page else _find_all
    found, bodies = read_chosen(lambda index: choose(index, evaluate_all(index, predicate, visible), order), fields)
    next_cursor = None
    if found.next_offset is not None:
        next_cursor = encode_opaque({"limit": wanted.limit, "offset": found.next_offset})
    return EntityList(bodies, next_cursor)


def _read_after(after: str | None, limit: int | None, offset: int | None) -> _Slice:
    """The slice that ``after`` asks for, completed by the other two parameters."""
    if after is None:
        return _Slice(min(offset or 0, MAX_COUNT), None if limit is None else min(limit, MAX_COUNT))
    if not after:
        raise InputError("Invalid after, must not be empty")
    try:
        content = decode_opaque(after)
    except OpaqueTextError:
        content = None
    if type(content) is not dict:
        raise InputError("Malformed after cursor, could not be parsed")
    limit, offset = content.get("limit", limit), content.get("offset", offset)
    if limit is not None and not _is_count(limit):
        raise InputError("Malformed after cursor, limit was not an number")
    if offset is not None and not _is_count(offset):
        raise InputError("Malformed after cursor, offset was not a number")
    return _Slice(offset or 0, limit)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_COUNT


def _find_all(index: CatalogIndex, entities: BitMap, order: Sequence[OrderField]) -> _Found:
    if not order:
        return _Found(numbers_in_order(index, BY_REF, entities))
    return _Found(numbers_in_order(index, order[0].field.lower(), entities, descending=order[0].order == "desc"))


def _find_slice(wanted: _Slice, index: CatalogIndex, entities: BitMap, order: Sequence[OrderField]) -> _Found:
    stop = None if wanted.limit is None else wanted.offset + wanted.limit
    rows = _slice_rows(index, entities, order, len(index.numbers) if stop is None else stop + 1)
    found = list(islice(rows, wanted.offset, None if stop is None else stop + 1))
    if wanted.limit is None or len(found) <= wanted.limit:
        return _Found(found)
    return _Found(found[:-1], next_offset=stop)


def _slice_rows(index: CatalogIndex, entities: BitMap, order: Sequence[OrderField], wanted: int) -> Iterator[int]:
    if not order:
        return _walk(index, BY_REF, entities, wanted)
    if len(order) > 1:
        return iter(_sort_by_several(index, entities, order))
    key = order[0].field.lower()
    lacking = entities - index.valued(key)
    return chain(
        _walk(index, key, entities, wanted, descending=order[0].order == "desc"),
        _walk(index, BY_UID, lacking, wanted),
    )


def _walk(index: CatalogIndex, key: str, entities: BitMap, wanted: int, *, descending: bool = False) -> Iterator[int]:
    for row in walk_rows(index, key, entities, wanted=wanted, beyond=None, backwards=descending):
        yield row.number


def _sort_by_several(index: CatalogIndex, entities: BitMap, order: Sequence[OrderField]) -> list[int]:
    """By each field in turn, then by uid; entities that lack a field after those that have it."""
    keys = [field.field.lower() for field in order]
    rows: list[tuple[int, tuple[str | None, ...]]] = []
    room = MAX_ROWS
    for number in numbers_in_order(index, BY_UID, entities):
        choices = [_values_or_none(index, number, key) for key in keys]
        room -= prod(map(len, choices))
        if room < 0:
            raise InputError(f"This order repeats entities more than {MAX_ROWS} times, please name fewer fields")
        rows.extend((number, values) for values in product(*choices))
    for place in reversed(range(len(order))):
        _sort_by_value(rows, place, descending=order[place].order == "desc")
    return [number for number, _ in rows]


def _values_or_none(index: CatalogIndex, number: int, key: str) -> Sequence[str | None]:
    return index.values_of(number, key) or (None,)


def _sort_by_value(rows: list[tuple[int, tuple[str | None, ...]]], place: int, *, descending: bool) -> None:
    # Reversed sorting keeps equal rows in order, too. What has a value is made the greater then, to come first.
    rows.sort(
        key=lambda row: ((row[1][place] is None) != descending, row[1][place] or ""),
        reverse=descending,
    )
