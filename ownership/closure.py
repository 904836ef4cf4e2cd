"""
Who stands below an owner, and what all of them own: sets out of the catalog's index, kept from one question to the next.

Below a group are the groups that are its children, theirs, and so on; a user stands for the groups that he is a member
of. Only what the asker may see leads on: whoever may not see a team is not told whose child it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from pyroaring import BitMap

from catalog.entity_ref import EntityRef
from catalog.index.index import BY_REF, CatalogIndex
from common.errors import InputError

OWNED_BY = "relations.ownedby"
CHILD_OF = "relations.childof"
MEMBER_OF = "relations.memberof"
PEOPLE = ("group", "user")
MAX_KEPT = 1024
# Of so many owners the sets are kept, each on its own.
FEW = 8
# What changed more than this is looked at as a whole.
MAX_CHANGED = 2_000


@dataclass(frozen=True, slots=True)
class Owned:
    """``owners``: the owner that was asked for, and who stands below it, nearest first. ``numbers``: what they own."""

    owners: dict[str, None]
    numbers: BitMap


@dataclass(frozen=True, slots=True)
class _Kept:
    writes: int
    seen: BitMap | None
    people: BitMap
    owned: Owned


class OwnedSets:
    """
    Of one index, under its lock. Whoever gets a set reads it and never changes it.

    ``walks`` counts how often the groups had to be walked through.
    """

    def __init__(self) -> None:
        self.walks = 0
        self._kept: OrderedDict[tuple[str, bool], _Kept] = OrderedDict()

    def find(self, index: CatalogIndex, owner: str, seen: BitMap | None, *, is_transitive: bool) -> Owned:
        """What this owner owns, by its canonical ref. ``seen`` is all that the asker may see; None for everything."""
        key = (owner, is_transitive)
        kept = self._kept.get(key)
        if kept is None or kept.writes != index.writes or kept.seen is not seen:
            kept = self._amend(index, kept, seen) or self._walk(index, owner, seen, is_transitive=is_transitive)
            self._kept[key] = kept
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept.owned

    def _walk(self, index: CatalogIndex, owner: str, seen: BitMap | None, *, is_transitive: bool) -> _Kept:
        self.walks += 1
        owners = dict.fromkeys([owner, *(find_below(index, [owner], seen) if is_transitive else ())])
        # Copies, as the index changes its own.
        people = BitMap(index.matching("kind", PEOPLE))
        return _Kept(index.writes, seen, people, Owned(owners, BitMap(index.matching(OWNED_BY, owners))))

    def _amend(self, index: CatalogIndex, kept: _Kept | None, seen: BitMap | None) -> _Kept | None:
        """What was kept, brought up to now, if no user or group has changed since."""
        if kept is None or kept.seen is not None or seen is not None:
            return None
        numbers = index.changed_since(kept.writes)
        if numbers is None or len(numbers) > MAX_CHANGED:
            return None
        changed, owners = BitMap(numbers), kept.owned.owners
        if not changed.isdisjoint(kept.people) or not changed.isdisjoint(index.matching("kind", PEOPLE)):
            return None
        present = [number for number in changed if number in index.uid_of]
        gained = BitMap([number for number in present if any(ref in owners for ref in owners_of(index, number))])
        return _Kept(index.writes, None, kept.people, Owned(owners, (kept.owned.numbers - changed) | gained))


def find_below(index: CatalogIndex, owners: Sequence[str], seen: BitMap | None) -> list[str]:
    """The groups below groups, level by level, and those of users. Each once, whatever circles they make."""
    found = dict.fromkeys(owners)
    level = [owner for owner in found if not owner.startswith("user:")]
    while level:
        children = index.matching(CHILD_OF, level)
        if seen is not None:
            children = children & seen
        level = sorted({index.ref_of[number] for number in children} - found.keys())
        found.update(dict.fromkeys(level))
    users = [owner for owner in owners if owner.startswith("user:")]
    groups = (group for owner in users for user in _numbers_of(index, owner, seen) for group in groups_of(index, user))
    asked = set(owners)
    return [ref for ref in dict.fromkeys([*found, *groups]) if ref not in asked]


def _numbers_of(index: CatalogIndex, ref: str, seen: BitMap | None) -> list[int]:
    number = find_number(index, ref)
    return [] if number is None or (seen is not None and number not in seen) else [number]


def find_number(index: CatalogIndex, ref: str) -> int | None:
    """The entity of a canonical ref."""
    order = index.order_by(BY_REF)
    rank = order.rank_of(ref, "")
    return order.numbers[rank] if rank < len(order) and order.values[rank] == ref else None


def owners_of(index: CatalogIndex, number: int) -> list[str]:
    return index.values_of(number, OWNED_BY)


def groups_of(index: CatalogIndex, number: int) -> list[str]:
    return index.values_of(number, MEMBER_OF)


_sets: WeakKeyDictionary[CatalogIndex, OwnedSets] = WeakKeyDictionary()


def owned_sets(index: CatalogIndex) -> OwnedSets:
    """Those of this index. Under its lock."""
    sets = _sets.get(index)
    if sets is None:
        sets = _sets[index] = OwnedSets()
    return sets


@lru_cache(maxsize=4096)
def canonical_owner(text: str) -> str:
    """``team-a`` is the group of that name. Raises InputError for what is no entity ref."""
    return str(EntityRef.parse(text, default_kind="group"))


def find_owned_by_any(index: CatalogIndex, texts: Sequence[str], seen: BitMap | None) -> BitMap:
    """What one of these owns, or who stands below him: a named set of the catalog's queries. What is no ref owns nothing."""
    owners = _canonical_owners(texts)
    if len(owners) > FEW:
        # One walk for all of them.
        known = set(owners)
        return BitMap(index.matching(OWNED_BY, known.union(find_below(index, list(known), seen))))
    sets = owned_sets(index)
    found = [sets.find(index, owner, seen, is_transitive=True).numbers for owner in owners]
    return found[0] if len(found) == 1 else BitMap.union(*found) if found else BitMap()


def _canonical_owners(texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(canonical_owner(text))
        except InputError:
            continue
    return found
