"""Ingest one path or URL now, in this process: what the command line offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import apply_delta_mutation
from catalog.ingestion.queue import mark_due
from catalog.ingestion.run import ProcessReport, process_due
from catalog.ingestion.sources import Sources, default_sources
from catalog.ingestion.unprocessed import UnprocessedEntity, list_failed
from catalog.models import RefreshLane

BUCKET = "CommandLine"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ingestion did, and which entities do not appear and why."""

    location: LocationRef
    run: ProcessReport
    failed: list[UnprocessedEntity]


def ingest_once(target: str, *, on_progress: Callable[[ProcessReport], None] | None = None) -> IngestReport:
    """
    Read a file or URL and all it leads to, until nothing is due. The entities stay in the catalog.

    ``on_progress`` is called after each batch. Raises InputError if there is no such file.
    """
    location = target_location(target)
    sources = _trusting(default_sources(), location)
    deferred = deferred_location(location)
    apply_delta_mutation(BUCKET, added=[deferred], settings=sources.catalog)
    mark_due([deferred.entity_ref], RefreshLane.USER)
    total = ProcessReport()
    while not total.is_done:
        total = process_due(seconds=5.0, sources=sources, report=total, on_progress=on_progress)
    return IngestReport(location, total, list_failed())


def target_location(target: str) -> LocationRef:
    """A URL or git target as it is; anything else is a path."""
    if "://" in target:
        return LocationRef("url", target)
    return LocationRef("file", str(Path(target).resolve()))


def _trusting(sources: Sources, location: LocationRef) -> Sources:
    """Whoever may run commands here may read what he names, as if the configuration had named it."""
    trusted = replace(sources.catalog, locations=(*sources.catalog.locations, location))
    return Sources(sources.reader, sources.integrations, trusted)
