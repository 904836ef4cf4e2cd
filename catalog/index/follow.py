"""
How the index of this process follows the change log, so that each request sees every committed write.

Do not ask in a transaction that has written: until it ends, every reader in the process would see what may still be
rolled back.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.index.index import CatalogIndex, IndexedEntity
from common.database import fetch_all
from common.prepared import fetch_prepared

BATCH = 5000
# Behind by more rows than this, the index may be this old instead of the reader waiting.
FAR_BEHIND = 5000
MAX_AGE_SECONDS = 1.0

# The newest row of the change log beside the epoch, whether there is a row or not.
NEWEST_CHANGE = """
    SELECT epochs.epoch, newest.id, newest.entity_ref, newest.changed_at
    FROM (SELECT 1 AS id) AS one
    LEFT JOIN catalog_index_epoch AS epochs ON epochs.id = one.id
    LEFT JOIN (
        SELECT id, entity_ref, changed_at FROM catalog_change ORDER BY id DESC LIMIT 1
    ) AS newest ON newest.id IS NOT NULL
"""

# All entities, a batch at a time.
FINAL_ENTITIES = """
    SELECT id, entity_ref, uid, change_id, terms FROM catalog_final_entity WHERE id > %s ORDER BY id LIMIT %s
"""

# What changed since a row of the log, with that row itself: if it is not the first, the log's tail was cut.
CHANGES_SINCE = """
    SELECT changes.id, changes.entity_ref, changes.changed_at, changes.entity_id,
           finals.id, finals.entity_ref, finals.uid, finals.change_id, finals.terms
    FROM catalog_change AS changes
    LEFT JOIN catalog_final_entity AS finals ON finals.id = changes.entity_id AND changes.id > %s
    WHERE changes.id >= %s ORDER BY changes.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A moment of the catalog: the newest row of the change log, recognisable should its id be used again."""

    epoch: str | None
    change_id: int
    stamp: tuple[Any, ...] | None


class Follower:
    """One index and how far it has followed. Whoever finds it behind brings it up; others wait at ``lock``."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index = CatalogIndex()
        self.position: Position | None = None
        self.followed_at = 0.0

    def current(self, *, may_be_old: bool) -> CatalogIndex:
        # Outside the lock: whoever waits for a database connection must not hold up those that have one.
        newest = read_newest()
        if not self._is_good_enough(newest, may_be_old=may_be_old):
            with self.lock:
                self._catch_up()
        return self.index

    def _is_good_enough(self, newest: Position, *, may_be_old: bool) -> bool:
        position = self.position
        if position is None or position == newest:
            return position is not None
        is_far_behind = newest.change_id - position.change_id > FAR_BEHIND
        is_young = time.monotonic() - self.followed_at < MAX_AGE_SECONDS
        return may_be_old and is_far_behind and is_young and position.epoch == newest.epoch

    def _catch_up(self) -> None:
        """Reach what is the newest change now; more may come meanwhile."""
        newest = read_newest()
        if not self._leads_on_to(newest):
            newest = self._reload()
        while self.position and self.position.change_id < newest.change_id:
            if not self._follow(self.position):
                newest = self._reload()
        self.followed_at = time.monotonic()

    def _leads_on_to(self, newest: Position) -> bool:
        known = self.position
        if known is None or known.epoch != newest.epoch:
            return False
        return known == newest or known.change_id < newest.change_id

    def _follow(self, known: Position) -> bool:
        """Apply the next rows of the log. False if they do not lead on from what the index knows."""
        rows = fetch_all(CHANGES_SINCE, [known.change_id, known.change_id, BATCH])
        if known.stamp is not None and (not rows or rows[0][:3] != known.stamp):
            return False
        new_rows = [row for row in rows if row[0] > known.change_id]
        if not new_rows:
            return False
        written = {row[4]: _indexed_entity(row[4:]) for row in new_rows if row[4] is not None}
        deleted = {row[3] for row in new_rows} - written.keys()
        with self.index.lock:
            self.index.apply(written.values(), deleted)
        self.position = Position(known.epoch, new_rows[-1][0], new_rows[-1][:3])
        return True

    def _reload(self) -> Position:
        """
        Read everything into a new index; whoever still reads in the old one finishes there. Returns the newest change.

        The batches are of different moments, all of them later than ``position``: following from there mends that.
        """
        position = read_newest()
        index = CatalogIndex()
        index.load(_read_final_entities())
        self.index, self.position = index, position
        return read_newest()


def read_newest() -> Position:
    """One statement."""
    epoch, *stamp = fetch_prepared(NEWEST_CHANGE)[0]
    return Position(epoch, stamp[0] or 0, tuple(stamp) if stamp[0] is not None else None)


def _read_final_entities() -> Iterator[IndexedEntity]:
    last = 0
    while rows := fetch_all(FINAL_ENTITIES, [last, BATCH]):
        yield from map(_indexed_entity, rows)
        last = rows[-1][0]


def _indexed_entity(row: Sequence[Any]) -> IndexedEntity:
    number, entity_ref, uid, change_id, terms = row
    return IndexedEntity(number, entity_ref, uid, change_id, orjson.loads(terms))


_follower = Follower()


def current_index(*, may_be_old: bool = True) -> CatalogIndex:
    """
    The index of this process, as new as the newest committed change; one statement if nothing changed.

    Only if it is more than 5,000 changes behind, it may be up to a second old (unless the caller cannot have that).
    """
    return _follower.current(may_be_old=may_be_old)


def forget_index() -> None:
    """Start again from nothing with the next request. For tests, and for a process that was forked."""
    global _follower
    _follower = Follower()


os.register_at_fork(after_in_child=forget_index)
