"""
What the scaffolder counts, under Backstage's names. Its labels ``template`` and ``step`` are not among ours: a metric
names no entity, and nothing that a user wrote.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)

TASKS = Counter("scaffolder_task_count", "Count of task runs", ["result"])
TASK_SECONDS = Histogram("scaffolder_task_duration", "Duration of a task run", ["result"], buckets=SECONDS)
STEPS = Counter("scaffolder_step_count", "Count of step runs", ["result"])
STEP_SECONDS = Histogram("scaffolder_step_duration", "Duration of a step runs", ["result"], buckets=SECONDS)
RECOVERED = Counter("callboard_scaffolder_recovered_task_count", "Tasks taken over from a worker that had gone")


class Outcome:
    """``ok`` unless somebody says otherwise."""

    result = "ok"


@contextmanager
def time_task() -> Iterator[Outcome]:
    with _timed(TASKS, TASK_SECONDS) as outcome:
        yield outcome


@contextmanager
def time_step() -> Iterator[Outcome]:
    """An exception that passes makes it ``failed``."""
    with _timed(STEPS, STEP_SECONDS) as outcome:
        yield outcome


def count_recovered() -> None:
    RECOVERED.inc()


@contextmanager
def _timed(counter: Counter, seconds: Histogram) -> Iterator[Outcome]:
    outcome, start = Outcome(), time.perf_counter()
    try:
        yield outcome
    except BaseException:
        outcome.result = "failed"
        raise
    finally:
        counter.labels(outcome.result).inc()
        seconds.labels(outcome.result).observe(time.perf_counter() - start)
