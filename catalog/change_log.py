"""
The change log's one writer.

Ids rise in commit order: whoever appends holds a lock from before the ids are drawn until the commit, so a
reader that has seen id n has missed nothing before it. Take it last in a transaction, and keep what follows short.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.models import Change, IndexEpoch
from common.database import execute, fetch_all, insert_rows, is_postgres, sql_time

# Any number, as long as nothing else in this database uses it.
CHANGE_LOG_LOCK = 7007_0001

COLUMNS = {
    "id": "bigint",
    "entity_id": "bigint",
    "entity_ref": "text",
    "operation": "text",
    "changed_by": "text",
    "changed_at": "timestamptz",
}


def append_changes(
    changes: Sequence[tuple[int, str, Change.Operation, str]], *, changed_at: datetime | None = None
) -> int:
    """
    Write one row for each ``(entity id, entity ref, operation, changed by)``, inside the caller's transaction.

    Returns the id of the first; the others follow without a gap. Two statements (three on PostgreSQL).
    """
    first = lock_change_log() + 1
    moment = sql_time(changed_at or timezone.now())
    rows = [
        (first + position, entity_id, entity_ref, str(operation.value), changed_by, moment)
        for position, (entity_id, entity_ref, operation, changed_by) in enumerate(changes)
    ]
    insert_rows("catalog_change", COLUMNS, rows)
    return first


def lock_change_log() -> int:
    """Hold the log until the transaction ends. Returns the newest id. SQLite's writers are alone already."""
    if is_postgres():
        execute("SELECT pg_advisory_xact_lock(%s)", [CHANGE_LOG_LOCK])
    return int(fetch_all("SELECT coalesce(max(id), 0) FROM catalog_change")[0][0])


def prune_change_log(*, keep: timedelta, now: datetime | None = None) -> int:
    """Delete what is older, but never the newest row: ids must not be drawn twice. Returns how many went."""
    oldest = (now or timezone.now()) - keep
    return execute(
        "DELETE FROM catalog_change WHERE changed_at < %s AND id < (SELECT max(id) FROM catalog_change)",
        [sql_time(oldest)],
    )


def start_new_epoch() -> None:
    """Tell every index to forget what it holds and load again."""
    IndexEpoch.objects.update_or_create(id=1, defaults={"epoch": uuid.uuid4().hex})
