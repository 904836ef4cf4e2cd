"""
The watch over a running task, in a thread of its own: keeps the lease, shows the log, and ends the step if it has to.

A step has to end when somebody cancelled the task, the task takes too long, the lease is lost, or the process stops.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from common.stopping import is_stopping
from scaffolder.actions.errors import Reason, StepStoppedError
from scaffolder.execution.stop import StepStop
from scaffolder.models import Task
from scaffolder.settings import ScaffolderSettings
from scaffolder.tasks.claim import ClaimedTask, renew_lease
from scaffolder.tasks.journal import TaskJournal

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.2
LOOK_SECONDS = 0.5
# What a step may still do when the process is told to stop; then it is broken off, and begun anew elsewhere.
DRAIN_SECONDS = 5.0
RENEWALS = 4


class TaskWatch:
    """Use it as a context. ``steps`` is told which step runs."""

    def __init__(self, task: ClaimedTask, journal: TaskJournal, settings: ScaffolderSettings) -> None:
        self._task = task
        self._journal = journal
        self._lease = settings.lease
        self._deadline = task.started_at + settings.task_timeout
        self._timeout = settings.task_timeout
        self._over = threading.Event()
        self._step: StepStop | None = None
        self._wish: tuple[Reason, str] | None = None
        self._stopping_since: float | None = None
        self._thread = threading.Thread(target=self._watch, name="task-watch", daemon=True)

    def steps(self, stop: StepStop | None) -> None:
        self._step = stop
        if stop is not None and self._wish is not None:
            stop.request(*self._wish)

    def __enter__(self) -> TaskWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        renew_at = look_at = 0.0
        try:
            while not self._over.wait(TICK_SECONDS):
                now = time.monotonic()
                try:
                    self._look_at_process(now)
                    if now >= look_at:
                        look_at = now + LOOK_SECONDS
                        self._look_at_task()
                    if now >= renew_at:
                        renew_at = now + self._lease.total_seconds() / RENEWALS
                        self._renew()
                    self._journal.flush()
                except StepStoppedError as error:
                    self._end(error.reason, error.message)
                except DatabaseError as error:
                    logger.warning("the lease of task %s could not be renewed: %s", self._task.id, error)
                    connection.close()
        finally:
            connection.close()

    def _look_at_process(self, now: float) -> None:
        if not is_stopping():
            return
        self._stopping_since = self._stopping_since or now
        if now - self._stopping_since > DRAIN_SECONDS:
            self._end("shutdown", "The worker stops")

    def _look_at_task(self) -> None:
        row = Task.objects.filter(id=self._task.id).values_list("claim", "cancel_requested_at").first()
        if row is None or row[0] != self._task.claim:
            self._end("lease-lost", f"Another worker has taken over the task {self._task.id}")
        elif row[1] is not None:
            self._end("cancelled", "The task was cancelled")
        elif timezone.now() > self._deadline:
            self._end("task-timeout", f"The task took longer than {_text(self._timeout)}")

    def _renew(self) -> None:
        if not renew_lease(self._task.id, self._task.claim, self._lease):
            self._end("lease-lost", f"Another worker has taken over the task {self._task.id}")

    def _end(self, reason: Reason, message: str) -> None:
        self._wish = self._wish or (reason, message)
        if self._step is not None:
            self._step.request(*self._wish)


def _text(duration: timedelta) -> str:
    return f"{duration.total_seconds():g} s"
