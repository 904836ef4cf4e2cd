"""
Writing what processing gave, in chunks: one short transaction for some hundred entities.

Lock order within it: the parent's row (its claim is the fence), the entities by ref, stitch requests by ref.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone

from catalog.ingestion.queue import next_time
from catalog.ingestion.result import DeferredEntity, Failed, Processed, ProcessingResult
from catalog.kinds.relations import RelationPair
from catalog.models import RefreshLane
from catalog.settings import CatalogSettings
from common.database import execute, fetch_all, in_list, insert_rows, is_postgres, sql_time, update_rows
from common.hashing import content_hash

STATE_COLUMNS = {
    "entity_ref": "text",
    "uid": "text",
    "unprocessed_entity": "text",
    "unprocessed_hash": "text",
    "processed_entity": "text",
    "result_hash": "text",
    "errors": "text",
    "location_key": "text",
    "source_state": "text",
    "lane": "smallint",
    "next_update_at": "timestamptz",
    "depth": "smallint",
    "claim": "text",
    "last_processed_at": "timestamptz",
    "last_discovery_at": "timestamptz",
}
RELATION_COLUMNS = {
    "emitter_id": "bigint",
    "source_ref": "text",
    "relation_type": "text",
    "target_ref": "text",
    "reverse_type": "text",
}


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """What must be known of a row to tell whether a deferred entity is news, and whose it is."""

    id: int
    entity_ref: str
    unprocessed_hash: str
    location_key: str | None
    result_hash: str


@dataclass(frozen=True, slots=True)
class WorkedEntity:
    """A deferred entity with what processing gave; ``result`` is None for a Location, which is read in its own turn."""

    deferred: DeferredEntity
    result: ProcessingResult | None


def read_stored(refs: Iterable[str], *, lock: bool = False) -> dict[str, StoredEntity]:
    sql, parameter = in_list(sorted(set(refs)))
    suffix = "ORDER BY entity_ref FOR UPDATE" if lock and is_postgres() else ""
    rows = fetch_all(
        f"SELECT id, entity_ref, unprocessed_hash, location_key, result_hash FROM catalog_refresh_state"
        f" WHERE entity_ref {sql} {suffix}",
        [parameter],
    )
    return {row[1]: StoredEntity(*row) for row in rows}


def owns(stored: StoredEntity, location_key: str) -> bool:
    return stored.location_key is None or stored.location_key == location_key


def result_fields(result: ProcessingResult, settings: CatalogSettings, now: datetime) -> dict[str, Any]:
    """The columns that one processing decides. A failure leaves out what was processed before."""
    if isinstance(result, Failed):
        errors = orjson.dumps(result.errors)
        # Read what failed again after a while: what it refers to may be mended.
        return {
            "errors": errors.decode(),
            "result_hash": content_hash(errors),
            "next_update_at": next_time(settings, now),
        }
    text = orjson.dumps(result.entity)
    stated = sorted((p.source_ref, p.relation_type, p.target_ref) for p in result.relations)
    return {
        "errors": "",
        "processed_entity": text.decode(),
        "result_hash": content_hash(text + orjson.dumps(stated)),
        "source_state": orjson.dumps({"reads": result.reads}).decode() if result.reads else "",
        "next_update_at": next_time(settings, now) if result.reads else None,
    }


def insert_entities(
    worked: Sequence[WorkedEntity], *, depth: int, lane: RefreshLane, settings: CatalogSettings
) -> dict[str, int]:
    """Insert new entities. Returns ids by ref of those that really are new; another process may have been first."""
    now = timezone.now()
    moment = sql_time(now)
    rows, uids = [], {}
    for item in worked:
        deferred = item.deferred
        fields = result_fields(item.result, settings, now) if item.result else {"next_update_at": now}
        uid = uids[deferred.entity_ref] = str(uuid.uuid4())
        due = fields["next_update_at"]
        rows.append(
            (
                deferred.entity_ref,
                uid,
                deferred.text.decode(),
                deferred.hash,
                fields.get("processed_entity"),
                fields.get("result_hash", ""),
                fields.get("errors", ""),
                deferred.location_key,
                fields.get("source_state", ""),
                int(RefreshLane.TIME if item.result else lane),
                sql_time(due) if due else None,
                depth,
                "",
                moment if item.result else None,
                moment,
            )
        )
    rows.sort(key=lambda row: row[0])
    insert_rows("catalog_refresh_state", STATE_COLUMNS, rows, on_conflict="(entity_ref) DO NOTHING")
    sql, parameter = in_list(list(uids.values()))
    found = fetch_all(f"SELECT entity_ref, id FROM catalog_refresh_state WHERE uid {sql}", [parameter])
    return {row[0]: row[1] for row in found}


def update_unprocessed(changed: Sequence[tuple[int, DeferredEntity]], *, lane: RefreshLane) -> None:
    """Put a new description in place and make it due now; its result is written after, if there is one already."""
    moment = sql_time(timezone.now())
    update_rows(
        "catalog_refresh_state",
        "id",
        {
            "id": "bigint",
            "unprocessed_entity": "text",
            "unprocessed_hash": "text",
            "location_key": "text",
            "lane": "smallint",
            "next_update_at": "timestamptz",
            "claim": "text",
            "source_state": "text",
            "last_discovery_at": "timestamptz",
        },
        [
            (id_, d.text.decode(), d.hash, d.location_key, int(lane), moment, "", "", moment)
            for id_, d in sorted(changed, key=lambda pair: pair[0])
        ],
    )


def write_results(results: Mapping[int, tuple[str, ProcessingResult]], *, settings: CatalogSettings) -> set[str]:
    """
    Write results of existing rows (id to ref and result) with their relations. Returns the refs to stitch.

    Only what changed is asked to be stitched: the entity if its content or errors did, others if a relation did.
    """
    if not results:
        return set()
    now = timezone.now()
    before = _result_hashes(results)
    sound, failed, stitch = [], [], set()
    for id_, (ref, result) in results.items():
        fields = result_fields(result, settings, now)
        if fields["result_hash"] != before.get(id_):
            stitch.add(ref)
        due = fields["next_update_at"]
        common = (fields["errors"], fields["result_hash"], sql_time(due) if due else None, "", sql_time(now))
        if isinstance(result, Failed):
            failed.append((id_, *common))
        else:
            sound.append((id_, *common, fields["processed_entity"], fields["source_state"]))
    columns = {
        "id": "bigint",
        "errors": "text",
        "result_hash": "text",
        "next_update_at": "timestamptz",
        "claim": "text",
        "last_processed_at": "timestamptz",
    }
    update_rows("catalog_refresh_state", "id", columns, failed)
    update_rows("catalog_refresh_state", "id", {**columns, "processed_entity": "text", "source_state": "text"}, sound)
    stated = {id_: result.relations for id_, (_, result) in results.items() if isinstance(result, Processed)}
    return stitch | replace_relations(stated)


def _result_hashes(results: Mapping[int, Any]) -> dict[int, str]:
    sql, parameter = in_list(list(results))
    return dict(fetch_all(f"SELECT id, result_hash FROM catalog_refresh_state WHERE id {sql}", [parameter]))


def insert_relations(stated: Mapping[int, Sequence[RelationPair]]) -> set[str]:
    """The relations of entities that stated none before. Returns all refs that they touch."""
    rows, touched = [], set()
    for id_, pairs in stated.items():
        for pair in dict.fromkeys(pairs):
            rows.append((id_, pair.source_ref, pair.relation_type, pair.target_ref, pair.reverse_type))
            touched.add(pair.source_ref)
            touched.add(pair.target_ref)
    insert_rows("catalog_relation", RELATION_COLUMNS, rows)
    return touched


def replace_relations(stated: Mapping[int, Sequence[RelationPair]]) -> set[str]:
    """Make the rows of these emitters equal to what they state now. Returns the refs whose relations changed."""
    if not stated:
        return set()
    sql, parameter = in_list(list(stated))
    rows = fetch_all(
        f"SELECT id, emitter_id, source_ref, relation_type, target_ref, reverse_type FROM catalog_relation"
        f" WHERE emitter_id {sql}",
        [parameter],
    )
    old = {(row[1], RelationPair(*row[2:])): row[0] for row in rows}
    new = {(id_, pair) for id_, pairs in stated.items() for pair in pairs}
    gone = [id_ for key, id_ in old.items() if key not in new]
    if gone:
        sql, parameter = in_list(gone)
        execute(f"DELETE FROM catalog_relation WHERE id {sql}", [parameter])
    added: dict[int, list[RelationPair]] = {}
    for id_, pair in new - old.keys():
        added.setdefault(id_, []).append(pair)
    lost = {ref for (_, pair) in old.keys() - new for ref in (pair.source_ref, pair.target_ref)}
    return lost | insert_relations(added)


def held_by_others(refs: Iterable[str], source_ref: str) -> set[str]:
    """
    Those that another parent emitted before this one did. Both read the same file, but only the first one's origin
    is written, or the two would take turns.
    """
    sql, parameter = in_list(list(refs))
    rows = fetch_all(
        f"SELECT target_ref, source_ref FROM catalog_refresh_edge WHERE target_ref {sql} ORDER BY id DESC", [parameter]
    )
    first = dict(rows)
    return {target for target, source in first.items() if source != source_ref}


def add_edges(targets: Iterable[str], *, source_ref: str = "", source_key: str = "") -> None:
    insert_rows(
        "catalog_refresh_edge",
        {"source_key": "text", "source_ref": "text", "target_ref": "text"},
        [(source_key, source_ref, target) for target in sorted(set(targets))],
        on_conflict="(target_ref, source_ref, source_key) DO NOTHING",
    )


def record_claims(losers: Sequence[DeferredEntity], *, source_ref: str = "", source_key: str = "") -> None:
    """Remember who else describes an entity: the oldest takes over when the owner goes."""
    moment = sql_time(timezone.now())
    insert_rows(
        "catalog_entity_claim",
        {
            "entity_ref": "text",
            "location_key": "text",
            "source_key": "text",
            "source_ref": "text",
            "unprocessed_entity": "text",
            "unprocessed_hash": "text",
            "first_seen_at": "timestamptz",
        },
        [(d.entity_ref, d.location_key, source_key, source_ref, d.text.decode(), d.hash, moment) for d in losers],
        on_conflict="(entity_ref, location_key, source_ref, source_key) DO UPDATE SET"
        " unprocessed_entity = excluded.unprocessed_entity, unprocessed_hash = excluded.unprocessed_hash",
    )
