"""
The entities that clients ask for again and again, whole or cut down to some fields, kept in memory.

What a change wrote never changes, so a text is right for ever for its entity's number and change id. An entity that is
found here is neither read from the database nor parsed: listing three fields of 5,600 components takes 3 ms, not 45.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from catalog.index.index import CatalogIndex
from catalog.queries.bodies import Body
from catalog.queries.fields import Projection

MAX_PROJECTIONS = 16
MAX_BYTES = 64 * 1024 * 1024
# One answer does not push out what all others ask for.
MAX_BYTES_AT_ONCE = MAX_BYTES // 4
# What a kept cut weighs beside its text.
OVERHEAD = 200


class Cuts:
    """The cuts of one process, for each projection by number. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: CatalogIndex | None = None
        self._kept: OrderedDict[Projection | None, dict[int, Body]] = OrderedDict()
        self._size = 0

    def follow(self, index: CatalogIndex) -> None:
        """Forget everything once the index was loaded anew: then change ids may mean something else."""
        if index is not self._index:
            with self._lock:
                self._clear()
                self._index = index

    def forget(self) -> None:
        with self._lock:
            self._clear()

    def find(self, fields: Projection | None) -> dict[int, Body]:
        """What is kept for these fields, by number: compare the change id. Not to be written to."""
        return self._kept.get(fields) or {}

    def keep(self, fields: Projection | None, cuts: Sequence[Body]) -> None:
        """Keep more of them; the projection that was first asked for goes when there are too many."""
        size = sum(len(text) + OVERHEAD for _, _, text in cuts)
        if size > MAX_BYTES_AT_ONCE:
            return
        with self._lock:
            kept = self._kept.setdefault(fields, {})
            for cut in cuts:
                kept[cut[0]] = cut
            self._size += size
            if self._size > MAX_BYTES:
                self._clear()
            elif len(self._kept) > MAX_PROJECTIONS:
                _, gone = self._kept.popitem(last=False)
                self._size -= sum(len(text) + OVERHEAD for _, _, text in gone.values())

    def _clear(self) -> None:
        self._kept = OrderedDict()
        self._size = 0


CUTS = Cuts()


def cut_bodies(bodies: list[Body], fields: Projection | None) -> list[Body]:
    """Cut bodies down to the fields (None: not at all), and keep what comes out."""
    if fields is not None:
        bodies = [(number, change_id, fields.project(text)) for number, change_id, text in bodies]
    CUTS.keep(fields, bodies)
    return bodies
