"""
The sets of entities that policies come to, kept from one request to the next.

A policy of hundreds of rules is evaluated once for a caller. When entities change, only those are judged again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol

from pyroaring import BitMap

MAX_SETS = 512
# What changed more than this is evaluated anew.
MAX_CHANGED = 2_000


class Written(Protocol):
    """Something that knows what was written to it."""

    writes: int

    def changed_since(self, writes: int) -> list[int] | None: ...


class KeptSets:
    """
    Of one index, under its lock. Whoever gets a set reads it and never changes it.

    ``evaluations`` counts how often all entities had to be judged, ``amendments`` how often some.
    """

    def __init__(self, index: Written) -> None:
        self.evaluations = self.amendments = 0
        self._index = index
        self._kept: OrderedDict[Hashable, tuple[int, BitMap]] = OrderedDict()

    def find(self, key: Hashable, evaluate: Callable[[BitMap | None], BitMap]) -> BitMap:
        """The set of that key. ``evaluate`` tells it, of all entities or of some."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != self._index.writes:
            kept = (self._index.writes, self._bring_up(kept, evaluate))
            self._kept[key] = kept
            if len(self._kept) > MAX_SETS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]

    def _bring_up(self, kept: tuple[int, BitMap] | None, evaluate: Callable[[BitMap | None], BitMap]) -> BitMap:
        numbers = self._index.changed_since(kept[0]) if kept else None
        if kept is None or numbers is None or len(numbers) > MAX_CHANGED:
            self.evaluations += 1
            # A copy, as the index changes its own.
            return BitMap(evaluate(None))
        self.amendments += 1
        changed = BitMap(numbers)
        return (kept[1] - changed) | evaluate(changed)
