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
    with metrics.time_processors():
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
    known = [
        item for ref, item in worked.items() if ref in stored and ref not in foreign and stored[ref] == seen.get(ref)
    ]
    request_stitching(_state_relations(new, ids) | _update_known(known, stored, sources=sources, lane=lane))
    _keep_alive(parent, children, stored, ids)
    return ChunkCount(
        processed=sum(1 for item in worked.values() if item.result),
        failed=sum(1 for item in worked.values() if isinstance(item.result, Failed)),
        raced=len(ids) < len(new) or any(stored[ref] != seen.get(ref) for ref in worked if ref in stored),
    )


def _state_relations(new: Sequence[WorkedEntity], ids: dict[str, int]) -> set[str]:
    """Insert what new entities state. Returns the refs to stitch: theirs, and those that they are related to."""
    sound = {
        item.deferred.entity_ref: item.result.relations
        for item in new
        if isinstance(item.result, Processed) and item.deferred.entity_ref in ids
    }
    return sound.keys() | insert_relations({ids[ref]: relations for ref, relations in sound.items()})


def _update_known(
    known: Sequence[WorkedEntity], stored: dict[str, StoredEntity], *, sources: Sources, lane: RefreshLane
) -> set[str]:
    """Put new descriptions and their results in place. Returns the refs to stitch."""
    by_id = {stored[item.deferred.entity_ref].id: item for item in known}
    update_unprocessed([(id_, item.deferred) for id_, item in by_id.items()], lane=lane)
    results = {id_: (item.deferred.entity_ref, item.result) for id_, item in by_id.items() if item.result}
    return write_results(results, settings=sources.catalog)


def _keep_alive(
    parent: ClaimedRow, children: dict[str, DeferredEntity], stored: dict[str, StoredEntity], ids: dict[str, int]
) -> None:
    """An edge to each child that is, or may be, this source's; a claim on each that another source owns."""
    foreign = {ref for ref, child in children.items() if ref in stored and not owns(stored[ref], child.location_key)}
    add_edges(
        [ref for ref in children if ref in ids or (ref in stored and ref not in foreign)], source_ref=parent.entity_ref
    )
    record_claims([children[ref] for ref in foreign], source_ref=parent.entity_ref)
