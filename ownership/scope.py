"""What one asker may see of the catalog's index, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pyroaring import BitMap

from catalog.index.follow import current_index
from catalog.index.index import BY_REF, CatalogIndex
from catalog.queries.evaluate import evaluate_all
from catalog.queries.predicate import Predicate
from ownership.closure import Owned, find_number, owned_sets, owners_of
from ownership.entity_places import entity_places
from ownership.places import Place

PART_OF = "relations.partof"
# What people own. Users and groups are owners themselves, and a Location is a way to others.
OWNABLE = ("component", "api", "resource", "system", "domain", "template")
# Systems of domains of domains end somewhere; a circle of them must end, too.
MAX_LEVELS = 10
# So many are sorted sooner than found in the order of all.
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Inherited:
    """An owner of what an entity is part of. ``through``: from its system to the entity that states the owner."""

    owner: str
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """``seen`` is None for whoever may see everything. Good under the index's lock only."""

    index: CatalogIndex
    seen: BitMap | None

    @property
    def all(self) -> BitMap:
        return self.index.numbers if self.seen is None else self.seen

    def find(self, ref: str) -> int | None:
        """The entity of a canonical ref, if there is one for him."""
        number = find_number(self.index, ref)
        return None if number is None or (self.seen is not None and number not in self.seen) else number

    def exists(self, ref: str) -> bool:
        return self.find(ref) is not None

    def of_kinds(self, kinds: Iterable[str]) -> BitMap:
        return self.cut(self.index.matching("kind", kinds))

    def cut(self, numbers: BitMap) -> BitMap:
        return numbers if self.seen is None else numbers & self.seen

    def refs_of(self, numbers: Iterable[int]) -> list[str]:
        return sorted(self.index.ref_of[number] for number in numbers)

    def owners_of(self, number: int) -> list[str]:
        """The refs that it states, whether they exist or not."""
        return owners_of(self.index, number)

    def owned_by(self, owner: str, *, is_transitive: bool) -> Owned:
        return owned_sets(self.index).find(self.index, owner, self.seen, is_transitive=is_transitive)

    def inherited_by(self, number: int) -> list[Inherited]:
        """The owners of the nearest system or domain that it is part of and that has any."""
        level: list[tuple[int, tuple[str, ...]]] = [(number, ())]
        known = {number}
        for _ in range(MAX_LEVELS):
            above = []
            for part, through in level:
                for ref in self.index.values_of(part, PART_OF):
                    whole = self.find(ref)
                    if whole is not None and whole not in known:
                        known.add(whole)
                        above.append((whole, (*through, ref)))
            found = {
                owner: Inherited(owner, through)
                for whole, through in reversed(above)
                for owner in self.owners_of(whole)
            }
            if found or not above:
                return sorted(found.values(), key=lambda inherited: (inherited.through, inherited.owner))
            level = above
        return []

    def place_of(self, number: int) -> Place | None:
        """Where the entity lies; None if that is in no repository, or its address is too long for the index."""
        return entity_places(self.index).of.get(number)

    def sees_into(self, repository: str) -> bool:
        """Whether he may see any entity that lies there."""
        numbers = entity_places(self.index).in_repository.get(repository, ())
        return any(self.seen is None or number in self.seen for number in numbers)

    def folders_of(self, repository: str) -> dict[str, list[int]]:
        """The entities that lie there, by folder."""
        places = entity_places(self.index)
        found: dict[str, list[int]] = {}
        for number in places.in_repository.get(repository, ()):
            if self.seen is None or number in self.seen:
                found.setdefault(places.of[number].folder, []).append(number)
        return found

    def repositories_called(self, name: str) -> list[str]:
        """Those of this full name, on any host."""
        return sorted(entity_places(self.index).called.get(name, ()))

    def page(self, numbers: BitMap, after: str, limit: int) -> list[tuple[str, int]]:
        """By ref, those that come after one."""
        if len(numbers) <= FEW:
            rows = sorted((self.index.ref_of[number], number) for number in numbers)
            return [row for row in rows if row[0] > after][:limit]
        order = self.index.order_by(BY_REF)
        start = order.rank_of(after, "")
        found: list[tuple[str, int]] = []
        for rank in order.ranks_within(numbers, start, len(order), backwards=False):
            if order.values[rank] > after:
                found.append((order.values[rank], order.numbers[rank]))
                if len(found) == limit:
                    break
        return found


@contextmanager
def open_scope(visible: Predicate | None) -> Iterator[Scope]:
    """Ask nothing of the database in it: everybody else waits for the index meanwhile."""
    index = current_index()
    with index.lock:
        yield Scope(index, None if visible is None else evaluate_all(index, visible))


def kind_of(ref: str) -> str:
    return ref.partition(":")[0]


def namespace_of(ref: str) -> str:
    return ref.partition(":")[2].partition("/")[0]


def nearest_namespace(refs: Sequence[str]) -> str | None:
    """Of several entities of one name: that of the namespace ``default``, else the first."""
    return min(refs, key=lambda ref: (namespace_of(ref) != "default", ref), default=None)
