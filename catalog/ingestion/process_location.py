"""One claimed Location: validated, its targets read, what they emit stored, and what they emit no more removed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from catalog.captured import CapturedFile, captured_at, captured_for
from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, LocationRef
from catalog.ingestion.children import CHUNK, ChunkCount, LeaseLostError, take_children
from catalog.ingestion.location_entity import GENERATED
from catalog.ingestion.process import process_entity
from catalog.ingestion.queue import ClaimedRow, next_time, renew
from catalog.ingestion.read_location import (
    LocationContext,
    TargetRead,
    TargetState,
    list_targets,
    read_target,
    read_targets,
)
from catalog.ingestion.remove import delete_unreachable, drop_edges
from catalog.ingestion.result import DeferredEntity, ErrorData, Failed, Processed, error_data
from catalog.ingestion.sources import Sources
from catalog.ingestion.write import result_fields
from catalog.models import RefreshLane
from catalog.stitching.request import request_stitching
from common.database import execute, fetch_all, in_list, in_transaction, sql_time
from common.errors import CallboardError, InputError
from common.hashing import content_hash

# A Location that reads slowly keeps its claim alive this often, in seconds.
RENEW_EVERY = 8.0
# A file that a provider has captured makes its Location due when it changes; this is the net beneath.
CAPTURED_INTERVAL = timedelta(hours=1)


@dataclass(slots=True)
class LocationRun:
    """What one pass over a Location has found so far."""

    states: dict[str, TargetState] = field(default_factory=dict)
    errors: list[ErrorData] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    pending: list[DeferredEntity] = field(default_factory=list)
    changed: bool = False
    is_partial: bool = False
    processed: int = 0
    failed: int = 0
    raced: bool = False
    is_captured: bool = False
    renewed_at: float = field(default_factory=time.monotonic)

    def add(self, read: TargetRead) -> None:
        self.errors += read.errors
        self.states[read.target] = read.state
        self.kept.update(read.state["children"])
        if read.children is not None:
            self.changed = True
            self.pending += read.children

    def count(self, chunk: ChunkCount) -> None:
        self.processed += chunk.processed
        self.failed += chunk.failed
        self.raced |= chunk.raced


def process_location(
    row: ClaimedRow, *, token: str, sources: Sources, lane: RefreshLane = RefreshLane.EVENT
) -> LocationRun:
    """
    Work one Location through. Raises LeaseLostError if another process took it over.

    Its own entity is sound only if every target was: until then it does not appear, but its good children do.
    """
    run = LocationRun()
    entity = orjson.loads(row.unprocessed_entity)
    result = process_entity(entity, row.unprocessed_entity.encode(), sources)
    previous = _previous_targets(row, sources)
    if isinstance(result, Processed):
        _read_all(row, result.entity, run, previous=previous, token=token, sources=sources, lane=lane)
        result = Failed(run.errors) if run.errors else result
    else:
        run.is_partial = True
    in_transaction(lambda: _finish(row, result, run, previous=previous, token=token, sources=sources))
    return run


def _previous_targets(row: ClaimedRow, sources: Sources) -> dict[str, TargetState]:
    """What the last pass left, if the same rules and limits still hold."""
    state: dict[str, Any] = orjson.loads(row.source_state) if row.source_state else {}
    if state.get("fingerprint") != fingerprint(sources):
        return {}
    return state["targets"]  # type: ignore[no-any-return]


def fingerprint(sources: Sources) -> str:
    """Changes when the configuration would read the same file differently."""
    catalog = sources.catalog
    return content_hash(repr((catalog.rules, catalog.limits)).encode())


def _read_all(
    row: ClaimedRow,
    entity: dict[str, Any],
    run: LocationRun,
    *,
    previous: dict[str, TargetState],
    token: str,
    sources: Sources,
    lane: RefreshLane,
) -> None:
    annotations = orjson.loads(row.unprocessed_entity)["metadata"]["annotations"]
    context = LocationContext(
        row.entity_ref,
        LocationRef.parse(annotations[ANNOTATION_LOCATION]),
        LocationRef.parse(annotations[ANNOTATION_ORIGIN_LOCATION]),
    )
    try:
        targets, is_optional = list_targets(entity, context, sources)
    except CallboardError as error:
        run.errors.append(error_data(error))
        run.is_partial = True
        return
    emitted = 0
    captured = _find_captured(targets, context, sources)
    run.is_captured = bool(captured)
    for read in _read_each(targets, captured, is_optional, context, previous, sources):
        emitted += len(read.state["children"])
        if emitted > sources.limits.max_children:
            run.errors.append(_too_many(sources))
            run.is_partial = True
            break
        run.add(_within_chain(read, row, sources))
        _keep_going(row, run, token=token, sources=sources, lane=lane)
    _flush(row, run, token=token, sources=sources, lane=lane)


def _find_captured(targets: Sequence[LocationRef], context: LocationContext, sources: Sources) -> list[CapturedFile]:
    """What a provider has read of it already. Only Locations that a provider may have made are looked up."""
    may_be = sources.catalog.has_providers and len(targets) == 1
    return captured_for(context.entity_ref) if may_be and context.entity_ref.startswith(GENERATED) else []


def _read_each(
    targets: list[LocationRef],
    captured: Sequence[CapturedFile],
    is_optional: bool,
    context: LocationContext,
    previous: Mapping[str, TargetState],
    sources: Sources,
) -> Iterator[TargetRead]:
    if not captured:
        return read_targets(
            targets,
            context=context,
            is_optional=is_optional,
            previous=previous,
            sources=sources,
            captured=_find_captured_targets(targets, sources),
        )
    known = previous.get(str(targets[0]))
    return iter(
        [read_target(targets[0], context=context, is_optional=True, previous=known, sources=sources, captured=captured)]
    )


def _find_captured_targets(targets: Sequence[LocationRef], sources: Sources) -> dict[str, CapturedFile]:
    """What a provider has read of the repository that the targets lie in."""
    urls = [target.target for target in targets if target.type == "url"]
    return captured_at(urls) if urls and sources.catalog.has_providers else {}


def _too_many(sources: Sources) -> ErrorData:
    limit = sources.limits.max_children
    return error_data(
        InputError(
            f"Location emits more than {limit} entities, which is the limit; what follows was not read."
            " Split it into several Locations, or raise callboard.catalog.limits.maxChildren"
        )
    )


def _within_chain(read: TargetRead, row: ClaimedRow, sources: Sources) -> TargetRead:
    """Without the Locations that would make the chain of Locations too long; an error says so."""
    if read.children is None or row.depth < sources.limits.max_chain:
        return read
    children = [child for child in read.children if not child.is_location]
    if len(children) == len(read.children):
        return read
    error = error_data(
        InputError(
            f"{read.target} holds Locations at the end of a chain of {row.depth} Locations, which is the limit;"
            " name them nearer to the root, or raise callboard.catalog.limits.maxChain"
        )
    )
    state = {
        **read.state,
        "children": [child.entity_ref for child in children],
        "errors": [*read.state["errors"], error],
    }
    return TargetRead(read.target, state, children, errors=[*read.errors, error])


def _keep_going(row: ClaimedRow, run: LocationRun, *, token: str, sources: Sources, lane: RefreshLane) -> None:
    if len(run.pending) >= CHUNK:
        _flush(row, run, token=token, sources=sources, lane=lane)
    elif time.monotonic() - run.renewed_at > RENEW_EVERY:
        if row.id not in renew([row.id], token):
            raise LeaseLostError(row.entity_ref)
        run.renewed_at = time.monotonic()


def _flush(row: ClaimedRow, run: LocationRun, *, token: str, sources: Sources, lane: RefreshLane) -> None:
    while run.pending:
        chunk, run.pending = run.pending[:CHUNK], run.pending[CHUNK:]
        run.count(take_children(row, chunk, token=token, sources=sources, lane=lane))
    run.renewed_at = time.monotonic()


def _finish(
    row: ClaimedRow,
    result: Processed | Failed,
    run: LocationRun,
    *,
    previous: dict[str, TargetState],
    token: str,
    sources: Sources,
) -> None:
    if row.id not in renew([row.id], token):
        raise LeaseLostError(row.entity_ref)
    _write_location(row, result, run, previous, sources)
    if not run.is_partial and (run.changed or run.states.keys() != previous.keys()):
        _drop_what_is_gone(row, run, sources)


def _write_location(
    row: ClaimedRow,
    result: Processed | Failed,
    run: LocationRun,
    previous: dict[str, TargetState],
    sources: Sources,
) -> None:
    now = timezone.now()
    fields = result_fields(result, sources.catalog, now)
    state = orjson.dumps(
        {"fingerprint": fingerprint(sources), "targets": {**previous, **run.states} if run.is_partial else run.states}
    ).decode()
    fields |= {"source_state": "" if run.raced else state}
    due = now if run.raced else _next_time(run, sources, now)
    fields |= {"next_update_at": sql_time(due) if due else None, "last_processed_at": sql_time(now), "claim": ""}
    fields |= {"lane": int(RefreshLane.TIME)}
    changes = ", ".join(f"{name} = %s" for name in fields)
    execute(f"UPDATE catalog_refresh_state SET {changes} WHERE id = %s", [*fields.values(), row.id])
    if fields["result_hash"] != row.result_hash:
        request_stitching([row.entity_ref])


def _next_time(run: LocationRun, sources: Sources, now: datetime) -> datetime | None:
    due = next_time(sources.catalog, now)
    if due is None or not run.is_captured or run.errors:
        return due
    return max(due, now + CAPTURED_INTERVAL * random.uniform(1, 1.5))  # noqa: S311


def _drop_what_is_gone(row: ClaimedRow, run: LocationRun, sources: Sources) -> None:
    edges = fetch_all("SELECT target_ref FROM catalog_refresh_edge WHERE source_ref = %s", [row.entity_ref])
    gone = [target for (target,) in edges if target not in run.kept]
    drop_edges(gone, source_ref=row.entity_ref)
    claims = fetch_all("SELECT id, entity_ref FROM catalog_entity_claim WHERE source_ref = %s", [row.entity_ref])
    stale = [id_ for id_, ref in claims if ref not in run.kept]
    if stale:
        sql, parameter = in_list(stale)
        execute(f"DELETE FROM catalog_entity_claim WHERE id {sql}", [parameter])
    if sources.catalog.orphan_strategy == "delete":
        delete_unreachable(gone)
    else:
        request_stitching(gone)
