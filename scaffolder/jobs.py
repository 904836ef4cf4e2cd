"""Celery's doors to the scaffolder. They hold no rule, and may be rung at any time."""

from __future__ import annotations

from celery import shared_task

from scaffolder.tasks.reap import remove_leftovers as remove
from scaffolder.tasks.run import run_due_tasks as run_due


@shared_task(ignore_result=True)
def run_due_tasks() -> None:
    """Run what is due, new tasks as well as those whose worker has gone."""
    run_due()


@shared_task(ignore_result=True)
def remove_leftovers() -> None:
    """Remove workspaces that nobody needs any more."""
    remove()
