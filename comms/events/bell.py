"""Rings for a worker when an event was stored."""

from __future__ import annotations

from common.bell import Bell
from comms.jobs import work_events

_bell = Bell(lambda: work_events.delay())


def ring_for_events() -> None:
    _bell.ring_after_commit()
