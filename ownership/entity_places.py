"""In which repositories the entities of an index lie, and where in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from weakref import WeakKeyDictionary

from catalog.entity_ref import ANNOTATION_LOCATION
from catalog.index.index import CatalogIndex
from catalog.ingestion.sources import ANNOTATION_SOURCE_LOCATION
from ownership.places import Place, place_of_location

# The first that leads into a repository counts.
KEYS = tuple(f"metadata.annotations.{name}" for name in (ANNOTATION_SOURCE_LOCATION, ANNOTATION_LOCATION))


class EntityPlaces:
    """Of one index, under its lock. Made when first asked for, in a fifth of a second at 50,000 entities."""

    def __init__(self) -> None:
        self.of: dict[int, Place] = {}
        self.in_repository: dict[str, set[int]] = {}
        # The repositories that have a full name, without their hosts.
        self.called: defaultdict[str, set[str]] = defaultdict(set)
        self._writes: int | None = None

    def follow(self, index: CatalogIndex) -> None:
        if self._writes == index.writes:
            return
        numbers = None if self._writes is None else index.changed_since(self._writes)
        if numbers is None:
            self._read_all(index)
        else:
            for number in numbers:
                self._read(index, number)
        self._writes = index.writes

    def _read_all(self, index: CatalogIndex) -> None:
        self.of.clear()
        self.in_repository.clear()
        self.called.clear()
        for key in KEYS:
            for location, numbers in index.spellings(key):
                self._put([number for number in numbers if number not in self.of], location)

    def _read(self, index: CatalogIndex, number: int) -> None:
        old = self.of.pop(number, None)
        if old:
            self.in_repository[old.repository].discard(number)
            if not self.in_repository[old.repository]:
                del self.in_repository[old.repository]
                self.called[name_of(old.repository)].discard(old.repository)
        if number not in index.uid_of:
            return
        found = {key: text for key, text in index.terms_of(number) if text and key in KEYS}
        for key in KEYS:
            if number not in self.of and key in found:
                self._put([number], found[key])

    def _put(self, numbers: Collection[int], location: str) -> None:
        place = place_of_location(location) if numbers else None
        if place is None:
            return
        if place.repository not in self.in_repository:
            self.in_repository[place.repository] = set()
            self.called[name_of(place.repository)].add(place.repository)
        self.in_repository[place.repository].update(numbers)
        self.of.update(dict.fromkeys(numbers, place))


def name_of(repository: str) -> str:
    """Without its host."""
    return repository.partition("/")[2]


_places: WeakKeyDictionary[CatalogIndex, EntityPlaces] = WeakKeyDictionary()


def entity_places(index: CatalogIndex) -> EntityPlaces:
    """Those of this index as it is now. Under its lock."""
    places = _places.get(index)
    if places is None:
        places = _places[index] = EntityPlaces()
    places.follow(index)
    return places
