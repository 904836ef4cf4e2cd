"""Rings for a worker after a write that makes work."""

from __future__ import annotations

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from catalog.jobs import process_due_entities

_log = structlog.get_logger(__name__)


def ring_for_processing() -> None:
    """A bell that nobody can hear costs only time: the work is in the database, and a periodic job looks there."""
    transaction.on_commit(_ring)


def _ring() -> None:
    try:
        process_due_entities.delay()
    except (OperationalError, OSError) as error:
        _log.warning("bell-not-rung", job=process_due_entities.name, error=str(error))
