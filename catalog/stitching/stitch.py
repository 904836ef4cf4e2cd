"""
Stitching, in sets: processed entities and relations in, final entities and their change rows out.

Lock order: stitch requests (by ref), then the change log, held until the commit.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson
from django.utils import timezone

from catalog import metrics
from catalog.change_log import append_changes
from catalog.models import Change
from catalog.stitching.final import FinalText, assemble, content_etag, finish
from common.database import execute, fetch_all, in_list, in_transaction, insert_rows, is_postgres, sql_time, update_rows
from common.errors import InputError, serialize_error
from common.stopping import is_stopping

BATCH = 500


@dataclass(frozen=True, slots=True)
class StitchCount:
    """How many final entities were written, deleted, and found unchanged."""

    written: int = 0
    deleted: int = 0
    unchanged: int = 0

    def __add__(self, other: StitchCount) -> StitchCount:
        return StitchCount(self.written + other.written, self.deleted + other.deleted, self.unchanged + other.unchanged)


def stitch_requested(*, seconds: float = 60.0, only: Collection[str] | None = None) -> StitchCount:
    """
    Serve stitch requests, in batches of 500, until none is left or the time is up. ``only`` serves those of these refs.
    """
    total = StitchCount()
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_stopping():
        with metrics.time_stitching():
            count, served = in_transaction(lambda: _stitch_batch(only))
        total += count
        if served < BATCH:
            break
    return total


def _stitch_batch(only: Collection[str] | None) -> tuple[StitchCount, int]:
    lock = "FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    sql, parameter = in_list(only) if only is not None else ("", None)
    requests = fetch_all(
        f"SELECT entity_ref, ticket FROM catalog_stitch_request {f'WHERE entity_ref {sql}' if sql else ''}"
        f" ORDER BY entity_ref LIMIT {BATCH} {lock}",
        [parameter] if sql else [],
    )
    if not requests:
        return StitchCount(), 0
    refs = [ref for ref, _ in requests]
    count = stitch(refs)
    sql, parameter = in_list(refs)
    execute(f"DELETE FROM catalog_stitch_request WHERE entity_ref {sql}", [parameter])
    return count, len(requests)


def stitch(refs: Sequence[str], *, changed_by: str = "") -> StitchCount:
    """
    Write the final form of these entities, inside the caller's transaction; delete that of those that are gone.

    ``changed_by`` goes into the change log; without it each entity's own source does. Seven statements.
    """
    states = _read_states(refs)
    relations = _read_relations([state.entity_ref for state in states if state.processed])
    written: list[tuple[_State, FinalText]] = []
    faults: list[tuple[int, str]] = []
    unchanged = 0
    for state in states:
        if not state.processed:
            continue
        entity = assemble(
            state.processed,
            relations=sorted(relations.get(state.entity_ref, ())),
            errors=orjson.loads(state.errors) if state.errors else (),
            is_orphan=bool(state.is_orphan),
        )
        etag = content_etag(entity)
        if etag == state.etag:
            unchanged += 1
            continue
        try:
            written.append((state, finish(entity, uid=state.uid, etag=etag)))
        except InputError as error:
            faults.append((state.id, orjson.dumps([serialize_error(error)]).decode()))
    update_rows("catalog_refresh_state", "id", {"id": "bigint", "errors": "text"}, faults)
    deleted = _delete_finals(refs)
    _write(written, deleted, changed_by)
    metrics.count_stitched(len(written) + len(deleted))
    return StitchCount(len(written), len(deleted), unchanged)


@dataclass(frozen=True, slots=True)
class _State:
    id: int
    entity_ref: str
    uid: str
    processed: str | None
    errors: str
    location_key: str | None
    etag: str | None
    is_orphan: bool | int  # SQLite says 0 or 1


def _read_states(refs: Sequence[str]) -> list[_State]:
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"""
        SELECT s.id, s.entity_ref, s.uid, s.processed_entity, s.errors, s.location_key, f.etag,
               NOT EXISTS (SELECT 1 FROM catalog_refresh_edge e WHERE e.target_ref = s.entity_ref)
        FROM catalog_refresh_state s LEFT JOIN catalog_final_entity f ON f.id = s.id
        WHERE s.entity_ref {sql} ORDER BY s.id
        """,
        [parameter],
    )
    return [_State(*row) for row in rows]


def _read_relations(refs: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """(type, target ref) by source ref, both directions of each row, doubles dropped."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"""
        SELECT source_ref, relation_type, target_ref FROM catalog_relation WHERE source_ref {sql}
        UNION ALL
        SELECT target_ref, reverse_type, source_ref FROM catalog_relation
        WHERE target_ref {sql} AND reverse_type <> ''
        """,
        [parameter, parameter],
    )
    for source, type_, target in rows:
        found[source].add((type_, target))
    return found


def _delete_finals(refs: Sequence[str]) -> list[tuple[int, str]]:
    """Those whose refresh state is gone, also where a newer one has taken the same ref since."""
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"""
        DELETE FROM catalog_final_entity WHERE entity_ref {sql}
        AND NOT EXISTS (SELECT 1 FROM catalog_refresh_state s WHERE s.id = catalog_final_entity.id)
        RETURNING id, entity_ref
        """,
        [parameter],
    )
    return [(row[0], row[1]) for row in rows]


FINAL_COLUMNS = {
    "id": "bigint",
    "entity_ref": "text",
    "uid": "text",
    "etag": "text",
    "body": "text",
    "terms": "text",
    "change_id": "bigint",
    "updated_at": "timestamptz",
}
_REPLACE = "(id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in ("etag", "body", "terms", "change_id", "updated_at")
)


def _write(written: Sequence[tuple[_State, FinalText]], deleted: Sequence[tuple[int, str]], changed_by: str) -> None:
    if not written and not deleted:
        return
    now = timezone.now()
    by_source = [(s.id, s.entity_ref, Change.Operation.WRITTEN, changed_by or s.location_key or "") for s, _ in written]
    gone = [(id_, ref, Change.Operation.DELETED, changed_by or "catalog") for id_, ref in deleted]
    first = append_changes([*by_source, *gone], changed_at=now)
    moment = sql_time(now)
    rows = [
        (state.id, state.entity_ref, state.uid, text.etag, text.body, text.terms, first + position, moment)
        for position, (state, text) in enumerate(written)
    ]
    insert_rows("catalog_final_entity", FINAL_COLUMNS, rows, on_conflict=_REPLACE)
