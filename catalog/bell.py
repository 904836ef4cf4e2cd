"""Rings for a worker after a write that makes work."""

from __future__ import annotations

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from catalog.jobs import process_due_entities

logger = logging.getLogger(__name__)


def ring_for_processing() -> None:
    """A bell that nobody can hear costs only time: the work is in the database, and a periodic job looks there."""
    transaction.on_commit(_ring)


def _ring() -> None:
    try:
        process_due_entities.delay()
    except (OperationalError, OSError) as error:
        logger.warning("nobody could be called to work: %s", error)
