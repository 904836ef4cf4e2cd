"""Rings for a worker after a write that makes work."""

from __future__ import annotations

from catalog.jobs import process_due_entities
from common.bell import Bell

_bell = Bell(lambda: process_due_entities.delay())


def ring_for_processing() -> None:
    _bell.ring_after_commit()
