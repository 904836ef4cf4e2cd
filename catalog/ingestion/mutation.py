"""How a provider changes its bucket: ``full`` replaces what it holds, ``delta`` adds to it and takes from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.ingestion.remove import delete_unreachable
from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.write import (
    StoredEntity,
    WorkedEntity,
    add_edges,
    insert_entities,
    owns,
    read_stored,
    record_claims,
    update_unprocessed,
)
from catalog.models import RefreshLane
from catalog.settings import CatalogSettings
from common.database import execute, fetch_all, in_list, in_transaction


@dataclass(frozen=True, slots=True)
class MutationCount:
    added: int = 0
    updated: int = 0
    removed: int = 0


def apply_full_mutation(
    bucket: str, entities: Sequence[DeferredEntity], *, settings: CatalogSettings, lane: RefreshLane = RefreshLane.EVENT
) -> MutationCount:
    """Make the bucket hold exactly these. What only this bucket kept alive goes, with all that hangs on it."""

    def work() -> MutationCount:
        rows = fetch_all("SELECT target_ref FROM catalog_refresh_edge WHERE source_key = %s", [bucket])
        wanted = {entity.entity_ref for entity in entities}
        removed = _remove(bucket, [ref for (ref,) in rows if ref not in wanted])
        return _add(bucket, entities, removed, settings=settings, lane=lane)

    return in_transaction(work)


def apply_delta_mutation(
    bucket: str,
    *,
    added: Sequence[DeferredEntity] = (),
    removed: Iterable[str] = (),
    settings: CatalogSettings,
    lane: RefreshLane = RefreshLane.EVENT,
) -> MutationCount:
    """Add or update some entities and take away others (by ref), in one transaction."""
    return in_transaction(lambda: _add(bucket, added, _remove(bucket, list(removed)), settings=settings, lane=lane))


def _add(
    bucket: str,
    entities: Sequence[DeferredEntity],
    removed: int,
    *,
    settings: CatalogSettings,
    lane: RefreshLane,
) -> MutationCount:
    unique = {entity.entity_ref: entity for entity in entities}
    stored = read_stored(unique, lock=True)
    held = _held(bucket, unique)
    new = [WorkedEntity(entity, None) for ref, entity in unique.items() if ref not in stored]
    insert_entities(new, depth=0, lane=lane, settings=settings)
    mine = {ref for ref, entity in unique.items() if _may_write(stored.get(ref), entity, ref in held)}
    changed = [
        (stored[ref].id, unique[ref])
        for ref in mine
        if ref in stored
        and (stored[ref].unprocessed_hash, stored[ref].location_key) != (unique[ref].hash, unique[ref].location_key)
    ]
    update_unprocessed(changed, lane=lane)
    add_edges(mine, source_key=bucket)
    record_claims([entity for ref, entity in unique.items() if ref not in mine], source_key=bucket)
    return MutationCount(len(new), len(changed), removed)


def _may_write(stored: StoredEntity | None, entity: DeferredEntity, is_held: bool) -> bool:
    """A bucket may move its own entity to another location; it may not take one that another source owns."""
    return stored is None or is_held or owns(stored, entity.location_key)


def _held(bucket: str, refs: Iterable[str]) -> set[str]:
    sql, parameter = in_list(list(refs))
    rows = fetch_all(
        f"SELECT target_ref FROM catalog_refresh_edge WHERE source_key = %s AND target_ref {sql}",
        [bucket, parameter],
    )
    return {row[0] for row in rows}


def _remove(bucket: str, refs: Sequence[str]) -> int:
    if not refs:
        return 0
    sql, parameter = in_list(refs)
    for table, column in (("catalog_refresh_edge", "target_ref"), ("catalog_entity_claim", "entity_ref")):
        execute(f"DELETE FROM {table} WHERE source_key = %s AND {column} {sql}", [bucket, parameter])
    return len(delete_unreachable(refs))
