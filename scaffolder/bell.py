"""Rings for a worker after a task was written."""

from __future__ import annotations

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from scaffolder.jobs import run_due_tasks

logger = logging.getLogger(__name__)


def ring_for_tasks() -> None:
    """A bell that nobody can hear costs only time: the task is in the database, and a periodic job looks there."""
    transaction.on_commit(_ring)


def _ring() -> None:
    try:
        run_due_tasks.delay()
    except (OperationalError, OSError) as error:
        logger.warning("nobody could be called to run a task: %s", error)
