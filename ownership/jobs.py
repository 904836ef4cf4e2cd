"""Celery's door to ownership. It holds no rule, and may be rung at any time."""

from __future__ import annotations

from celery import shared_task

from ownership.files.captured import take_captured
from ownership.files.repositories import note_repositories, read_due_repositories

RUN_SECONDS = 20.0


@shared_task(ignore_result=True)
def follow_codeowners() -> None:
    """Learn what the CODEOWNERS of all repositories say."""
    take_captured()
    note_repositories()
    read_due_repositories(seconds=RUN_SECONDS)
