"""Turns a predicate into the set of entities that it is true of."""

from __future__ import annotations

from functools import partial

from pyroaring import BitMap

from catalog.index.index import CatalogIndex
from catalog.queries.named_sets import PREFIX, find_in_named_set
from catalog.queries.predicate import AllOf, AnyOf, FirstOf, HasKey, HasPrefix, HasValue, Not, Predicate


def evaluate(
    predicate: Predicate, index: CatalogIndex, within: BitMap | None = None, seen: BitMap | None = None
) -> BitMap:
    """
    The entities that match; of those ``within``, if given. ``seen`` is all that the asker may see.

    Under the index's lock, as the result may be the index's own: never change it. Raises nothing on keys and values
    that nobody has.
    """
    match predicate:
        case HasValue(key, values) if key.startswith(PREFIX):
            return _cut(find_in_named_set(key, values, index, seen), within)
        case HasValue(key, values):
            return _cut(index.matching(key, values), within)
        case HasKey(key):
            return _cut(index.having(key), within)
        case HasPrefix(key, prefix):
            return _cut(index.with_prefix(key, prefix), within)
        case Not(part):
            return _everything(index, within) - evaluate(part, index, within, seen)
        case AnyOf(parts):
            return BitMap.union(*(evaluate(part, index, within, seen) for part in parts)) if parts else BitMap()
        case AllOf(parts):
            return _intersect(parts, index, within, seen)
        case FirstOf() if within is None:
            return index.kept.find(predicate, partial(_evaluate_first_of, predicate, index))
        case FirstOf():
            return _evaluate_first_of(predicate, index, within)


def _cut(found: BitMap, within: BitMap | None) -> BitMap:
    return found if within is None else found & within


def _everything(index: CatalogIndex, within: BitMap | None) -> BitMap:
    return index.numbers if within is None else index.numbers & within


def _intersect(parts: tuple[Predicate, ...], index: CatalogIndex, within: BitMap | None, seen: BitMap | None) -> BitMap:
    everything = found = _everything(index, within)
    for part in parts:
        matching = evaluate(part, index, within, seen)
        found = matching if found is everything else found & matching
        if not found:
            break
    return found


def _evaluate_first_of(predicate: FirstOf, index: CatalogIndex, within: BitMap | None) -> BitMap:
    open_ = BitMap(_everything(index, within))
    found = BitMap()
    for part, is_match in predicate.cases:
        decided = open_ & evaluate(part, index, within)
        if is_match:
            found |= decided
        open_ -= decided
        if not open_:
            break
    return found | open_ if predicate.otherwise else found


def evaluate_all(index: CatalogIndex, predicate: Predicate | None, visible: Predicate | None = None) -> BitMap:
    """The entities that match, of those that the asker may see; None for no such limit."""
    seen = None if visible is None else evaluate(visible, index)
    if predicate is None:
        return index.numbers if seen is None else seen
    found = evaluate(predicate, index, seen=seen)
    return found if seen is None else found & seen
