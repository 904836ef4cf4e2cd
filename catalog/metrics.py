"""
What the catalog counts, under Backstage's names. No label ever names an entity or a user.

Counting is cheap and never fails; the web process adds up what all processes have counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Summary

PROCESSED = Counter("catalog_processed_entities_count", "Amount of entities processed", ["result"])
PROCESSING_SECONDS = Summary(
    "catalog_processing_duration_seconds", "Time spent executing the full processing flow", ["result"]
)
PROCESSORS_SECONDS = Summary(
    "catalog_processors_duration_seconds", "Time spent executing catalog processors", ["result"]
)
QUEUE_DELAY_SECONDS = Summary(
    "catalog_processing_queue_delay_seconds",
    "The amount of delay between being scheduled for processing, and the start of actually being processed",
)
STITCHED = Counter("catalog_stitched_entities_count", "Amount of entities stitched")
STITCHING_SECONDS = Summary("catalog_stitching_duration_seconds", "Time spent executing the full stitching flow")


def count_processed(result: object) -> None:
    """``result`` is what processing one entity gave. It went wrong if it has errors."""
    PROCESSED.labels("errors" if getattr(result, "errors", None) else "changed").inc()


def count_processed_location(*, changed: bool, failed: bool) -> None:
    PROCESSED.labels("errors" if failed else "changed" if changed else "unchanged").inc()


def count_unchanged(amount: int) -> None:
    """Entities that were due, and whose sources had nothing new."""
    PROCESSED.labels("unchanged").inc(amount)


def count_stitched(amount: int) -> None:
    STITCHED.inc(amount)


def observe_queue_delay(seconds: float) -> None:
    """How long one entity waited from when it was due until it was claimed."""
    QUEUE_DELAY_SECONDS.observe(max(seconds, 0.0))


@contextmanager
def time_processing() -> Iterator[None]:
    """Around all of the work on one location or batch, writes included."""
    with _timed(PROCESSING_SECONDS, good="changed", bad="failed"):
        yield


@contextmanager
def time_processors() -> Iterator[None]:
    """Around reading, validating and emitting, without the writes."""
    with _timed(PROCESSORS_SECONDS, good="ok", bad="failed"):
        yield


@contextmanager
def time_stitching() -> Iterator[None]:
    with STITCHING_SECONDS.time():
        yield


@contextmanager
def _timed(summary: Summary, *, good: str, bad: str) -> Iterator[None]:
    start, result = time.perf_counter(), bad
    try:
        yield
        result = good
    finally:
        summary.labels(result).observe(time.perf_counter() - start)
