"""In which order rows come: the heart of every sorted page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Literal, NamedTuple

from pyroaring import BitMap

from catalog.index.index import CatalogIndex
from catalog.index.sort_order import SortOrder

Direction = Literal["asc", "desc"]

# Sorting a row on its own costs about 1.5 µs, passing it by in a ready order 0.05 µs.
COST_OF_SORTING = 30


@dataclass(frozen=True, slots=True)
class OrderField:
    """A searchable key and a direction. No direction means ascending, but cannot be written into a cursor."""

    field: str
    order: Direction | None = None


class Row(NamedTuple):
    """An entity at one of its lower-cased values for the order's key. Rows compare as they are sorted."""

    value: str
    uid: str
    number: int


def walk_rows(
    index: CatalogIndex, key: str, within: BitMap, *, wanted: int, beyond: tuple[str, str] | None, backwards: bool
) -> Iterator[Row]:
    """
    The rows of these entities, one by one, by value and uid; or from the end.

    ``beyond`` (value, uid): only those that come after it on the way. About so many rows should be ``wanted``: when
    the entities are few among many, they are sorted on their own. Under the index's lock, to the last row.
    """
    if len(within) ** 2 * COST_OF_SORTING < wanted * len(index.numbers):
        return _walk_sorted(sort_rows(index, key, within), beyond, backwards=backwards)
    return _walk_order(index.order_by(key), within, beyond, backwards=backwards)


def sort_rows(index: CatalogIndex, key: str, within: BitMap) -> list[Row]:
    uid_of = index.uid_of
    return sorted(Row(value, uid_of[number], number) for number in within for value in index.values_of(number, key))


def _walk_sorted(rows: list[Row], beyond: tuple[str, str] | None, *, backwards: bool) -> Iterator[Row]:
    if backwards:
        stop = len(rows) if beyond is None else bisect_left(rows, beyond, key=_place)
        return reversed(rows[:stop])
    start = 0 if beyond is None else bisect_right(rows, beyond, key=_place)
    return iter(rows[start:])


def _place(row: Row) -> tuple[str, str]:
    return row[:2]


def _walk_order(order: SortOrder, within: BitMap, beyond: tuple[str, str] | None, *, backwards: bool) -> Iterator[Row]:
    start, stop = 0, len(order)
    if beyond is not None:
        rank = order.rank_of(*beyond)
        if backwards:
            stop = rank
        else:
            start = rank + (rank < len(order) and order.place_of(rank) == beyond)
    for rank in order.ranks_within(within, start, stop, backwards=backwards):
        yield Row(*order.place_of(rank), order.numbers[rank])


def numbers_in_order(index: CatalogIndex, key: str, within: BitMap, *, descending: bool = False) -> list[int]:
    """The entities by key, from first to last; once for each of an entity's values."""
    numbers = index.order_by(key).numbers
    found = list(compress(numbers, map(within.__contains__, numbers)))
    return found[::-1] if descending else found
