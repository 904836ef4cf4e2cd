"""
The sets of entities that policies come to, kept from one request to the next.

A policy of hundreds of rules is evaluated once for a caller. When entities change, only those are judged again.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable

from pyroaring import BitMap

MAX_SETS = 512
MAX_CHANGES = 256
# What changed more than this is evaluated anew.
MAX_CHANGED = 2_000


class KeptSets:
    """
    Of one index, under its lock. Whoever gets a set reads it and never changes it.

    ``evaluations`` counts how often all entities had to be judged, ``amendments`` how often some.
    """

    def __init__(self) -> None:
        self.evaluations = self.amendments = 0
        self._version = 0
        self._changes: deque[BitMap] = deque(maxlen=MAX_CHANGES)
        self._kept: OrderedDict[Hashable, tuple[int, BitMap]] = OrderedDict()

    def note_change(self, numbers: Iterable[int]) -> None:
        """These entities are not what they were, or are new, or gone."""
        self._version += 1
        self._changes.append(BitMap(numbers))

    def find(self, key: Hashable, evaluate: Callable[[BitMap | None], BitMap]) -> BitMap:
        """The set of that key. ``evaluate`` tells it, of all entities or of some."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != self._version:
            kept = (self._version, self._bring_up(kept, evaluate))
            self._kept[key] = kept
            if len(self._kept) > MAX_SETS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]

    def _bring_up(self, kept: tuple[int, BitMap] | None, evaluate: Callable[[BitMap | None], BitMap]) -> BitMap:
        changed = self._changed_since(kept[0]) if kept else None
        if kept is None or changed is None or len(changed) > MAX_CHANGED:
            self.evaluations += 1
            # A copy, as the index changes its own.
            return BitMap(evaluate(None))
        self.amendments += 1
        return (kept[1] - changed) | evaluate(changed)

    def _changed_since(self, version: int) -> BitMap | None:
        """None if that is too long ago."""
        count = self._version - version
        if count > len(self._changes):
            return None
        return BitMap.union(*list(self._changes)[-count:])
