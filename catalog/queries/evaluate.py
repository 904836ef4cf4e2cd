"""Turns a predicate into the set of entities that it is true of."""

from __future__ import annotations

from pyroaring import BitMap

from catalog.index.index import CatalogIndex
from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasPrefix, HasValue, Not, Predicate


def evaluate(predicate: Predicate, index: CatalogIndex) -> BitMap:
    """
    The entities that match. Under the index's lock, as the result may be the index's own: never change it.

    Raises nothing on keys and values that nobody has.
    """
    match predicate:
        case HasValue(key, values):
            return index.matching(key, values)
        case HasKey(key):
            return index.having(key)
        case HasPrefix(key, prefix):
            return index.with_prefix(key, prefix)
        case Not(part):
            return index.numbers - evaluate(part, index)
        case AnyOf(parts):
            return BitMap.union(*(evaluate(part, index) for part in parts)) if parts else BitMap()
        case AllOf(parts):
            return _intersect(parts, index)


def _intersect(parts: tuple[Predicate, ...], index: CatalogIndex) -> BitMap:
    found = index.numbers
    for part in parts:
        found = evaluate(part, index) if found is index.numbers else found & evaluate(part, index)
        if not found:
            break
    return found


def evaluate_all(index: CatalogIndex, *predicates: Predicate | None) -> BitMap:
    """The entities of which every predicate is true; None is true of all."""
    return _intersect(tuple(predicate for predicate in predicates if predicate is not None), index)
