"""Signals on their way out: written to a table that every web process reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from comms.models import Signal

# Every process has read them long before.
KEPT = timedelta(minutes=1)


def publish(recipients: tuple[str, ...] | None, channel: str, message: dict[str, Any]) -> None:
    """
    Once the caller's transaction has committed. One statement of its own.

    Written then and not before, so that ids are seen nearly in their order, and a long transaction delays nobody.
    """
    row = Signal(
        recipients=orjson.dumps(recipients).decode(),
        channel=channel,
        message=orjson.dumps(message).decode(),
        created=timezone.now(),
    )
    # What was done stands, whether or not anybody hears of it.
    transaction.on_commit(row.save, robust=True)


def prune_signals() -> int:
    """How many were deleted."""
    return Signal.objects.filter(created__lt=timezone.now() - KEPT).delete()[0]
