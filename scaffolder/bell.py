"""Rings for a worker after a task was written."""

from __future__ import annotations

from common.bell import Bell
from scaffolder.jobs import run_due_tasks

_bell = Bell(lambda: run_due_tasks.delay())


def ring_for_tasks() -> None:
    _bell.ring_after_commit()
