"""Rings for a worker after a write that makes work."""

from __future__ import annotations

from catalog.jobs import process_due_entities, run_due_providers
from common.bell import Bell

_bell = Bell(lambda: process_due_entities.delay())
_provider_bell = Bell(lambda: run_due_providers.delay())


def ring_for_processing() -> None:
    _bell.ring_after_commit()


def ring_for_providers() -> None:
    _provider_bell.ring_after_commit()
