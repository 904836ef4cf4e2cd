"""What one Location emits, worked in chunks: compared with what is stored, processed where it is news, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import metrics
from catalog.ingestion.process import process_entity
from catalog.ingestion.queue import ClaimedRow, renew
from catalog.ingestion.result import DeferredEntity, Failed, Processed
from catalog.ingestion.sources import Sources
from catalog.ingestion.write import (
    StoredEntity,
    WorkedEntity,
    add_edges,
    held_by_others,
    insert_entities,
    insert_relations,
    owns,
    read_stored,
    record_claims,
    update_unprocessed,
    write_results,
)
from catalog.models import RefreshLane
from catalog.stitching.request import request_stitching
from common.database import in_transaction

CHUNK = 500


class LeaseLostError(Exception):
    """Another process has taken the row over: what this one found must not be written."""


@dataclass(frozen=True, slots=True)
class ChunkCount:
    """``raced``: another process created some of the same entities meanwhile; the Location must emit them again."""

    processed: int = 0
    failed: int = 0
    raced: bool = False


def take_children(
    parent: ClaimedRow, children: Sequence[DeferredEntity], *, token: str, sources: Sources, lane: RefreshLane
) -> ChunkCount:
    """
    Store up to some hundred emitted entities. The processing happens before the transaction, which is short.

    Raises LeaseLostError if ``parent`` is not ours any more.
    """
    unique = {child.entity_ref: child for child in reversed(children)}  # of two alike in one file the first counts
    stored = read_stored(unique)
    worked = {ref: _work(child, sources) for ref, child in unique.items() if _is_news(child, stored.get(ref))}
    return in_transaction(lambda: _write(parent, unique, stored, worked, token=token, sources=sources, lane=lane))


def _is_news(child: DeferredEntity, stored: StoredEntity | None) -> bool:
    return stored is None or (owns(stored, child.location_key) and stored.unprocessed_hash != child.hash)


def _work(child: DeferredEntity, sources: Sources) -> WorkedEntity:
    if child.is_location:
        return WorkedEntity(child, None)
    result = process_entity(child.entity, child.text, sources)
    metrics.count_processed(result)
    return WorkedEntity(child, result)


def _write(
    parent: ClaimedRow,
    children: dict[str, DeferredEntity],
    seen: dict[str, StoredEntity],
    worked: dict[str, WorkedEntity],
    *,
    token: str,
    sources: Sources,
    lane: RefreshLane,
) -> ChunkCount:
    if parent.id not in renew([parent.id], token):
        raise LeaseLostError(parent.entity_ref)
    stored = read_stored(children, lock=True)
    new = [item for ref, item in worked.items() if ref not in stored]
    ids = insert_entities(new, depth=parent.depth + 1, lane=lane, settings=sources.catalog)
    foreign = held_by_others(stored, parent.entity_ref)
    updated = {
        stored[ref].id: item
        for ref, item in worked.items()
        if ref in stored and ref not in foreign and stored[ref] == seen.get(ref)
    }
    update_unprocessed([(id_, item.deferred) for id_, item in updated.items()], lane=lane)
    results = {id_: (item.deferred.entity_ref, item.result) for id_, item in updated.items() if item.result}
    stitch = write_results(results, settings=sources.catalog)
    stated = {ids[i.deferred.entity_ref]: i.result.relations for i in new if _is_stored_result(i, ids)}
    stitch |= insert_relations(stated)  # type: ignore[arg-type]
    stitch |= {item.deferred.entity_ref for item in new if isinstance(item.result, Processed)}
    mine = [
        ref
        for ref, child in children.items()
        if ref in ids or (ref in stored and owns(stored[ref], child.location_key))
    ]
    add_edges(mine, source_ref=parent.entity_ref)
    record_claims(
        [child for ref, child in children.items() if ref in stored and ref not in mine], source_ref=parent.entity_ref
    )
    request_stitching(stitch)
    return ChunkCount(
        processed=sum(1 for item in worked.values() if item.result),
        failed=sum(1 for item in worked.values() if isinstance(item.result, Failed)),
        raced=len(ids) < len(new) or any(stored[ref] != seen.get(ref) for ref in worked if ref in stored),
    )


def _is_stored_result(item: WorkedEntity, ids: dict[str, int]) -> bool:
    return isinstance(item.result, Processed) and item.deferred.entity_ref in ids
