"""The in-memory index: which entities have which term, and in what order they come."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any

from pyroaring import BitMap

from catalog.index.kept_sets import KeptSets
from catalog.index.postings import Postings
from catalog.index.sort_order import SortOrder
from catalog.index.text_search import contain_term

# Orders by what is no term. Line breaks, since nothing that a client names can begin with one.
BY_UID = "\nuid"
BY_REF = "\nref"
MAX_ORDERS = 64
# Inserting a row costs about 30 µs at 50,000 rows and sorting anew 60 ms.
MAX_EDITS = 500
# Whoever derives something of the index has to ask for what changed before so many more entities have.
MAX_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class IndexedEntity:
    """What the index must know of a final entity. ``terms``: each key's value or list of values."""

    number: int
    entity_ref: str
    uid: str
    change_id: int
    terms: Mapping[str, Any]


class CatalogIndex:
    """
    All final entities by number (the key of their row), in memory.

    Hold ``lock`` from the first question to the last of one evaluation: then all answers are of one moment.
    Bitmaps and orders that come out belong to the index: read them under the lock, never change them.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.numbers = BitMap()
        self.uid_of: dict[int, str] = {}
        self.ref_of: dict[int, str] = {}
        self.change_of: dict[int, int] = {}
        self._postings = Postings()
        self._orders: OrderedDict[str, SortOrder] = OrderedDict()
        # How many writes it has seen, and the entities of the latest.
        self.writes = 0
        self._latest: deque[int] = deque(maxlen=MAX_REMEMBERED)
        self.kept = KeptSets(self)

    # ------------------------------------------------------------------ reading

    def changed_since(self, writes: int) -> list[int] | None:
        """The entities that were written or deleted after so many ``writes``; None if they are too many to tell."""
        amount = self.writes - writes
        if amount > len(self._latest):
            return None
        return list(dict.fromkeys(islice(reversed(self._latest), amount)))

    def terms_of(self, number: int) -> Iterator[tuple[str, str | None]]:
        """The key and the value, as it was written, of each term of an entity; None for null and for long values."""
        return self._postings.terms_of(number)

    def having(self, key: str) -> BitMap:
        """The entities that have the key, be it with null."""
        return self._postings.entities_having(key)

    def valued(self, key: str) -> BitMap:
        """The entities that have a value for the key, other than null."""
        return self.order_by(key).members

    def matching(self, key: str, values: Iterable[str]) -> BitMap:
        """The entities that have one of these lower-cased values."""
        found = [self._postings.entities_with(key, value) for value in values]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else BitMap()

    def with_prefix(self, key: str, prefix: str) -> BitMap:
        """The entities that have a value starting with this lower-cased text."""
        order = self.order_by(key)
        ranks = order.ranks_with_prefix(prefix)
        return BitMap(order.numbers[ranks.start : ranks.stop])

    def containing(self, keys: Iterable[str], term: str) -> BitMap:
        """The entities of which a value of one of the keys contains the lower-cased term."""
        orders = [self.order_by(key) for key in set(keys)]
        found = [BitMap(list(compress(order.numbers, contain_term(order.values, term)))) for order in orders]
        return BitMap.union(*found) if found else BitMap()

    def count_values(self, key: str, within: BitMap | None) -> list[tuple[str, int]]:
        """Each value of the key as it was written, sorted, with its number of entities, those within if given."""
        return sorted(self._postings.counts(key, within))

    def spellings(self, key: str) -> Iterator[tuple[str, Iterable[int]]]:
        """Each value of the key as it was written, in no order, with the entities that have it; long ones left out."""
        return self._postings.spellings(key)

    def values_of(self, number: int, key: str) -> list[str]:
        """The lower-cased values that an entity has for the key, which may be BY_UID or BY_REF."""
        if key == BY_UID:
            return [self.uid_of[number]]
        if key == BY_REF:
            return [self.ref_of[number]]
        return self._postings.values_of(number, key)

    def order_by(self, key: str) -> SortOrder:
        """All entities that have a value for the key, sorted; made when first asked for."""
        order = self._orders.get(key)
        if order is None:
            order = self._orders[key] = SortOrder(self._rows_for(key), self.uid_of)
            if len(self._orders) > MAX_ORDERS:
                self._orders.popitem(last=False)
        else:
            self._orders.move_to_end(key)
        return order

    def _rows_for(self, key: str) -> Mapping[str, Iterable[int]]:
        if key == BY_UID:
            return {uid: (number,) for number, uid in self.uid_of.items()}
        if key == BY_REF:
            return {ref: (number,) for number, ref in self.ref_of.items()}
        return self._postings.numbers_by_value(key)

    # ------------------------------------------------------------------ writing
    def load(self, entities: Iterable[IndexedEntity]) -> None:
        """Take in many entities at once. For a new, empty index."""
        self._postings.load(self._remember(entity) for entity in entities)
        self._postings.finish_loading()
        self.numbers = BitMap(self.uid_of)

    def _remember(self, entity: IndexedEntity) -> tuple[int, Mapping[str, Any]]:
        self.uid_of[entity.number] = entity.uid
        self.ref_of[entity.number] = entity.entity_ref
        self.change_of[entity.number] = entity.change_id
        return entity.number, entity.terms

    def apply(self, written: Iterable[IndexedEntity], deleted: Iterable[int]) -> None:
        """Put entities in, in place of what they were, and take others out. No entity may be in both."""
        edits = _Edits(self._orders)
        for entity in written:
            self._put(entity, edits)
        gone = [number for number in deleted if number in self.uid_of]
        for number in gone:
            self._take_out(number, edits)
        edits.carry_out()
        for number in gone:
            del self.uid_of[number], self.ref_of[number], self.change_of[number]
            self.numbers.discard(number)
            self._note(number)

    def _note(self, number: int) -> None:
        self._latest.append(number)
        self.writes += 1

    def _put(self, entity: IndexedEntity, edits: _Edits) -> None:
        number = entity.number
        self._note(number)
        if number not in self.numbers:
            edits.add(BY_UID, entity.uid, number)
            edits.add(BY_REF, entity.entity_ref, number)
        self._remember(entity)
        self.numbers.add(number)
        lost, gained = self._postings.put(number, entity.terms)
        for key, spelling in lost:
            if spelling is not None and key in self._orders:
                edits.discard(key, spelling.lower(), number, entity.uid, is_last=not self.values_of(number, key))
        for key, spelling in gained:
            if spelling is not None and key in self._orders:
                edits.add(key, spelling.lower(), number)

    def _take_out(self, number: int, edits: _Edits) -> None:
        uid = self.uid_of[number]
        edits.discard(BY_UID, uid, number, uid, is_last=True)
        edits.discard(BY_REF, self.ref_of[number], number, uid, is_last=True)
        for key, spelling in self._postings.remove(number):
            if spelling is not None and key in self._orders:
                edits.discard(key, spelling.lower(), number, uid, is_last=True)


class _Edits:
    """What a batch of changes does to the sort orders that exist: a few rows each, or else the order is dropped."""

    def __init__(self, orders: OrderedDict[str, SortOrder]) -> None:
        self.orders = orders
        self.of_key: defaultdict[str, list[Callable[[SortOrder], None]]] = defaultdict(list)

    def add(self, key: str, value: str, number: int) -> None:
        if key in self.orders:
            self.of_key[key].append(lambda order: order.add(value, number))

    def discard(self, key: str, value: str, number: int, uid: str, *, is_last: bool) -> None:
        if key in self.orders:
            self.of_key[key].append(lambda order: order.discard(value, number, uid=uid, is_last=is_last))

    def carry_out(self) -> None:
        for key, edits in self.of_key.items():
            if len(edits) > MAX_EDITS:
                del self.orders[key]
                continue
            for edit in edits:
                edit(self.orders[key])
