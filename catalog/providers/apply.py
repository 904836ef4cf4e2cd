"""
Putting what a provider has read in place.

Additions go in batches, each a short transaction of its own; what is gone goes in the last one, with the state for the
next run. A process that is killed between them leaves more than there should be, never less, and the next run ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TypeVar

import orjson
from django.db.models import F
from django.utils import timezone

from catalog.captured import CapturedFile
from catalog.ingestion.mutation import MutationCount, apply_delta_mutation
from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.sources import Sources
from catalog.models import ProviderRun, RefreshLane
from catalog.providers.capture import drop_captured, list_captured_of, store_captured
from catalog.providers.heirs import let_heirs_in
from catalog.providers.lease import Lease
from catalog.providers.provider import Provider, ProviderResult, State
from catalog.providers.shrink import Removal, describe_hold, find_removal, is_too_large
from catalog.settings import CatalogSettings
from common.database import fetch_all, in_transaction

BATCH = 500
# Whoever waits for what an event has told does not wait for thousands that were found by looking.
LANE = RefreshLane.TIME
MAX_WARNINGS = 100
MAX_TEXT = 2000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Applied:
    """What one run changed, and the removal that was not let through."""

    count: MutationCount
    held: Removal | None = None


def bucket_refs(bucket: str) -> list[str]:
    """What a provider has put into the catalog."""
    return [row[0] for row in fetch_all("SELECT target_ref FROM catalog_refresh_edge WHERE source_key = %s", [bucket])]


def apply_result(provider: Provider, result: ProviderResult, lease: Lease, sources: Sources) -> Applied:
    """Ends the run. Raises RunStoppedError if it is not ours any more: then nothing more is written."""
    settings = sources.catalog
    held, wanted = set(bucket_refs(provider.name)), {entity.entity_ref for entity in result.entities}
    for files in _batches(result.captured):
        in_transaction(partial(_capture, provider.name, files, lease))
    counts = [
        in_transaction(partial(_add, provider.name, entities, lease, settings))
        for entities in _batches(result.entities)
    ]
    count = MutationCount(sum(c.added for c in counts), sum(c.updated for c in counts))
    with lease.kept():
        let_heirs_in(wanted - held, held - wanted, sources)
    return in_transaction(lambda: _finish(provider, result, count, lease, settings))


def keep_progress(name: str, files: Sequence[CapturedFile], state: State, lease: Lease) -> None:
    """Store what a run has read so far, so that the next one need not read it again. Nobody else sees it yet."""

    def work() -> None:
        _capture(name, files, lease)
        rows = ProviderRun.objects.filter(bucket=name)
        rows.update(state=orjson.dumps(state).decode(), version=F("version") + 1)

    in_transaction(work)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _capture(name: str, files: Sequence[CapturedFile], lease: Lease) -> None:
    lease.hold()
    store_captured(name, files, lane=LANE)


def _add(name: str, entities: Sequence[DeferredEntity], lease: Lease, settings: CatalogSettings) -> MutationCount:
    lease.hold()
    return apply_delta_mutation(name, added=entities, settings=settings, lane=LANE)


def _finish(
    provider: Provider, result: ProviderResult, count: MutationCount, lease: Lease, settings: CatalogSettings
) -> Applied:
    lease.hold()
    accepted = ProviderRun.objects.values_list("accepted", flat=True).get(bucket=provider.name)
    removal = find_removal(bucket_refs(provider.name), {entity.entity_ref for entity in result.entities})
    if is_too_large(removal, max_shrink=settings.max_shrink, accepted=accepted):
        _end(provider, result, count, lease, removal, settings)
        return Applied(count, removal)
    gone = apply_delta_mutation(provider.name, removed=removal.refs, settings=settings)
    right = result.kept | {file.url for file in result.captured}
    drop_captured(provider.name, [url for url in list_captured_of(provider.name) if url not in right])
    count = MutationCount(count.added, count.updated, gone.removed)
    _end(provider, result, count, lease, None, settings)
    return Applied(count)


def _end(
    provider: Provider,
    result: ProviderResult,
    count: MutationCount,
    lease: Lease,
    held: Removal | None,
    settings: CatalogSettings,
) -> None:
    now = timezone.now()
    status = ProviderRun.Status.HELD if held else ProviderRun.Status.OK
    message = describe_hold(held, provider.name, max_shrink=settings.max_shrink) if held else ""
    lease.end(
        next_run_at=provider.schedule.next_after(now),
        state=orjson.dumps(result.state).decode(),
        version=F("version") + 1,
        status=status,
        message=message,
        warnings=orjson.dumps(bounded(result.warnings)).decode(),
        counts=orjson.dumps({"entities": len(result.entities), **asdict(count)}).decode(),
        held=_describe_removal(held) if held else "",
        accepted="",
        failures=0,
        succeeded_at=now,
    )


def _describe_removal(held: Removal) -> str:
    content = {"digest": held.digest, "removals": len(held.refs), "entities": held.held, "examples": held.refs[:20]}
    return orjson.dumps(content).decode()


def bounded(warnings: Sequence[str]) -> list[str]:
    """As many as a person can read."""
    shown = [warning[:MAX_TEXT] for warning in warnings[:MAX_WARNINGS]]
    return [*shown, f"and {len(warnings) - MAX_WARNINGS} more"] if len(warnings) > MAX_WARNINGS else shown
