"""
The queue of due entities: claimed with a token and a lease, given back with the next time they are due.

A claim is a lease: ``next_update_at`` lies ahead while someone works, so what a killed process held is due again
by itself. The token fences: whoever lost his lease finds his rows claimed by another, and writes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog import metrics
from catalog.models import RefreshLane
from catalog.settings import CatalogSettings
from common.database import execute, fetch_all, from_sql_time, in_list, in_transaction, is_postgres, sql_time

LEASE = timedelta(seconds=30)
MAX_CLAIMED_BYTES = 32 * 1024 * 1024
NO_INTERVAL = timedelta(days=36500)

_COLUMNS = "id, entity_ref, uid, unprocessed_entity, unprocessed_hash, location_key, source_state, result_hash, depth"


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """
    A row of the refresh state that this process holds for now. ``asked_at`` is when a user or an event asked for it;
    None if time passed.
    """

    id: int
    entity_ref: str
    uid: str
    unprocessed_entity: str
    unprocessed_hash: str
    location_key: str | None
    source_state: str
    result_hash: str
    depth: int
    asked_at: datetime | None = None


def claim_due(
    token: str, *, limit: int, locations: bool, only_asked: bool = False, now: datetime | None = None
) -> list[ClaimedRow]:
    """
    Take up to ``limit`` due rows, the most urgent first: Locations, or everything else. Two statements, one if
    nothing is due. ``only_asked`` leaves those alone that are due because time passed.

    Two processes never get the same row. Fewer come back if their descriptors are very large.
    """
    moment = now or timezone.now()
    due_since, rows = in_transaction(
        lambda: _take(token, moment, limit=limit, locations=locations, only_asked=only_asked)
    )
    rows.sort(key=lambda row: (row[-1], row[0]))
    asked = {row[0]: due_since[row[0]] for row in rows if row[-1] < RefreshLane.TIME}
    kept = _keep_affordable([ClaimedRow(*(*row[:-1], asked.get(row[0]))) for row in rows], token)
    for row in kept:
        metrics.observe_queue_delay((moment - due_since[row.id]).total_seconds())
    return kept


def _take(
    token: str, moment: datetime, *, limit: int, locations: bool, only_asked: bool
) -> tuple[dict[int, datetime], list[tuple[Any, ...]]]:
    """Since when rows were due, by id; and the rows, with their lane at the end."""
    kind = "entity_ref LIKE 'location:%%'" if locations else "entity_ref NOT LIKE 'location:%%'"
    lock = "FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    asked = f" AND lane < {int(RefreshLane.TIME)}" if only_asked else ""
    due = fetch_all(
        f"SELECT id, next_update_at FROM catalog_refresh_state WHERE next_update_at <= %s AND {kind}{asked}"
        f" ORDER BY lane, next_update_at, id LIMIT {int(limit)} {lock}",
        [sql_time(moment)],
    )
    if not due:
        return {}, []
    due_since = {id_: from_sql_time(since) or moment for id_, since in due}
    sql, parameter = in_list(due_since)
    rows = fetch_all(
        f"UPDATE catalog_refresh_state SET claim = %s, next_update_at = %s WHERE id {sql} RETURNING {_COLUMNS}, lane",
        [token, sql_time(moment + LEASE), parameter],
    )
    return due_since, rows


def _keep_affordable(rows: list[ClaimedRow], token: str) -> list[ClaimedRow]:
    kept, size = 0, 0
    for row in rows:
        size += len(row.unprocessed_entity)
        if kept and size > MAX_CLAIMED_BYTES:
            break
        kept += 1
    release([row.id for row in rows[kept:]], token)
    return rows[:kept]


def release(ids: Sequence[int], token: str) -> None:
    """Give rows back unworked: they are due at once."""
    if ids:
        sql, parameter = in_list(ids)
        execute(
            f"UPDATE catalog_refresh_state SET claim = '', next_update_at = %s WHERE id {sql} AND claim = %s",
            [sql_time(timezone.now()), parameter, token],
        )


def release_claims_of_the_dead() -> int:
    """Make all claimed rows due again. Only for the start of an installation whose other processes are all gone."""
    return execute(
        "UPDATE catalog_refresh_state SET claim = '', next_update_at = %s WHERE claim <> ''", [sql_time(timezone.now())]
    )


def renew(ids: Sequence[int], token: str) -> set[int]:
    """Extend the lease; returns which of the rows are still ours. Inside a transaction it also locks them."""
    sql, parameter = in_list(ids)
    rows = fetch_all(
        f"UPDATE catalog_refresh_state SET next_update_at = %s WHERE id {sql} AND claim = %s RETURNING id",
        [sql_time(timezone.now() + LEASE), parameter, token],
    )
    return {row[0] for row in rows}


def next_time(settings: CatalogSettings, now: datetime) -> datetime | None:
    """When a row that depends on something outside is due again. Spread, so that they do not come all at once."""
    if not settings.is_processing:
        return None
    if settings.processing_interval is None:
        return now + timedelta(seconds=random.uniform(100, 150))  # noqa: S311
    return now + settings.processing_interval


def mark_due(entity_refs: Sequence[str], lane: RefreshLane, *, forget_sources: bool = False) -> int:
    """Ask for these to be processed soon. ``forget_sources`` has Locations emit everything again."""
    if not entity_refs:
        return 0
    sql, parameter = in_list(entity_refs)
    forget = ", source_state = ''" if forget_sources else ""
    return execute(
        f"UPDATE catalog_refresh_state SET next_update_at = %s, lane = %s, claim = ''{forget} WHERE entity_ref {sql}",
        [sql_time(timezone.now()), int(lane), parameter],
    )
