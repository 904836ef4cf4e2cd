"""The processing loop: claim what is due, work it, stitch, until nothing is left or the time is up."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from django.utils import timezone

from catalog import metrics
from catalog.ingestion.children import LeaseLostError
from catalog.ingestion.placeholders import reads_are_unchanged
from catalog.ingestion.process import origin_of, process_entity
from catalog.ingestion.process_location import process_location
from catalog.ingestion.queue import ClaimedRow, claim_due, next_time, renew
from catalog.ingestion.result import Failed, ProcessingResult
from catalog.ingestion.sources import Sources, default_sources
from catalog.ingestion.write import write_results
from catalog.models import RefreshLane
from catalog.stitching.request import are_many_requested, request_stitching
from catalog.stitching.stitch import stitch_requested
from common.database import analyze_tables, execute, fetch_all, in_list, in_transaction, sql_time
from common.stopping import is_stopping

logger = logging.getLogger(__name__)

LOCATIONS_AT_ONCE = 4
ENTITIES_AT_ONCE = 500
# What is ready shows while a long run goes on, after that many seconds and then at ever longer intervals: a team that
# owns much is written anew each time.
FIRST_STITCH = 4.0
# PostgreSQL plans by statistics that it takes every minute or so: too late for a catalog that has just been filled.
ANALYZE_AFTER = 1000


@dataclass(slots=True)
class ProcessReport:
    """What one run did. ``is_done`` says that nothing was due any more when it ended."""

    locations: int = 0
    processed: int = 0
    failed: int = 0
    unchanged: int = 0
    is_done: bool = False


def process_due(
    *,
    seconds: float = 30.0,
    sources: Sources | None = None,
    report: ProcessReport | None = None,
    on_progress: Callable[[ProcessReport], None] | None = None,
    only_asked: bool = False,
) -> ProcessReport:
    """
    Process due entities for up to ``seconds``. Safe to run in any number of processes at once.

    A killed run loses nothing: what it had claimed is due again when the lease ends. ``report`` goes on from an
    earlier run. ``only_asked`` does nothing but what a user or an event asked for, and finishes that before all else.
    """
    run = _Run(sources or default_sources(), report or ProcessReport(), on_progress, only_asked=only_asked)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_stopping():
        if not run.turn():
            run.report.is_done = True
            break
    # A run that finds nothing due comes by each second. What others are about to finish is theirs to stitch.
    if only_asked:
        stitch_requested(only=run.touched)
    if (run.has_worked and not only_asked) or not are_many_requested():
        stitch_requested()
    run.refresh_statistics()
    return run.report


class _Run:
    def __init__(
        self,
        sources: Sources,
        report: ProcessReport,
        on_progress: Callable[[ProcessReport], None] | None,
        *,
        only_asked: bool,
    ) -> None:
        self.sources, self.report, self.on_progress, self.only_asked = sources, report, on_progress, only_asked
        # What a run that does only what was asked for may have changed.
        self.touched: set[str] = set()
        self.token = uuid.uuid4().hex
        self.stitch_at = time.monotonic() + FIRST_STITCH
        self.stitch_interval = 2 * FIRST_STITCH
        self.analyzed = self.report.processed
        self.has_worked = False

    def refresh_statistics(self) -> None:
        """Let the database look at its tables again if much has been written since it did."""
        if self.report.processed - self.analyzed >= ANALYZE_AFTER:
            analyze_tables(
                "catalog_refresh_state (id, entity_ref, uid, lane, next_update_at)",
                "catalog_refresh_edge (source_key, source_ref, target_ref)",
                "catalog_relation (emitter_id, source_ref, target_ref)",
                "catalog_final_entity (id, entity_ref, uid)",
            )
            self.analyzed = self.report.processed

    def turn(self) -> bool:
        """One claim of each sort. False if nothing was due."""
        locations = claim_due(self.token, limit=LOCATIONS_AT_ONCE, locations=True, only_asked=self.only_asked)
        for position, row in enumerate(locations):
            self._keep_claims(locations[position:])
            self._location(row)
            self._pause()
        entities = claim_due(self.token, limit=ENTITIES_AT_ONCE, locations=False, only_asked=self.only_asked)
        if entities:
            with metrics.time_processing():
                self._entities(entities)
            self._pause()
        has_worked = bool(locations or entities)
        self.has_worked |= has_worked
        return has_worked

    def _keep_claims(self, rows: Sequence[ClaimedRow]) -> None:
        in_transaction(lambda: renew([row.id for row in rows], self.token))

    def _pause(self) -> None:
        if self.on_progress:
            self.on_progress(self.report)
        if not self.only_asked and time.monotonic() > self.stitch_at:
            stitch_requested()
            self.stitch_at = time.monotonic() + self.stitch_interval
            self.stitch_interval *= 2

    def _location(self, row: ClaimedRow) -> None:
        lane = RefreshLane.TIME if row.asked_at is None else RefreshLane.EVENT
        self._note_emitted(row)
        try:
            with metrics.time_processing():
                run = process_location(row, token=self.token, sources=self.sources.as_of(row.asked_at), lane=lane)
        except LeaseLostError:
            logger.warning(
                "lost the lease of a location, another process works on it", extra={"entity_ref": row.entity_ref}
            )
            return
        self._note_emitted(row)
        self.report.locations += 1
        self.report.processed += run.processed
        self.report.failed += run.failed + bool(run.errors)
        metrics.count_processed_location(changed=run.changed, failed=bool(run.errors))

    def _note_emitted(self, row: ClaimedRow) -> None:
        if self.only_asked:
            rows = fetch_all("SELECT target_ref FROM catalog_refresh_edge WHERE source_ref = %s", [row.entity_ref])
            self.touched |= {row.entity_ref, *(ref for (ref,) in rows)}

    def _entities(self, rows: Sequence[ClaimedRow]) -> None:
        if self.only_asked:
            self.touched |= {row.entity_ref for row in rows}
        with metrics.time_processors():
            results, unchanged = self._work(rows)
        in_transaction(lambda: self._write(results, unchanged))
        self.report.processed += len(results)
        self.report.unchanged += len(unchanged)
        metrics.count_unchanged(len(unchanged))
        self.report.failed += sum(isinstance(result, Failed) for _, result in results.values())

    def _work(self, rows: Sequence[ClaimedRow]) -> tuple[dict[int, tuple[str, ProcessingResult]], list[ClaimedRow]]:
        """Results by id, each with its ref; and the rows whose sources have nothing new."""
        unchanged: list[ClaimedRow] = []
        results: dict[int, tuple[str, ProcessingResult]] = {}
        for row in rows:
            entity, sources = orjson.loads(row.unprocessed_entity), self.sources.as_of(row.asked_at)
            if row.source_state and reads_are_unchanged(
                orjson.loads(row.source_state)["reads"], origin_of(entity), sources
            ):
                unchanged.append(row)
                continue
            result = process_entity(entity, row.unprocessed_entity.encode(), sources)
            metrics.count_processed(result)
            results[row.id] = (row.entity_ref, result)
        return results, unchanged

    def _write(self, results: dict[int, tuple[str, ProcessingResult]], unchanged: Sequence[ClaimedRow]) -> None:
        ours = renew([*results, *(row.id for row in unchanged)], self.token)
        held = {id_: item for id_, item in results.items() if id_ in ours}
        request_stitching(write_results(held, settings=self.sources.catalog))
        self._postpone([row.id for row in unchanged if row.id in ours])

    def _postpone(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        now = timezone.now()
        due = next_time(self.sources.catalog, now)
        sql, parameter = in_list(ids)
        execute(
            f"UPDATE catalog_refresh_state SET claim = '', next_update_at = %s, last_processed_at = %s WHERE id {sql}",
            [sql_time(due) if due else None, sql_time(now), parameter],
        )
