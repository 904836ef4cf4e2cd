"""The lock on a task's row: whoever writes anything about a task holds it."""

from __future__ import annotations

from common.database import fetch_all, is_postgres
from scaffolder.models import Task


def lock_task(task_id: str) -> Task | None:
    """The task as it is, locked to the end of the transaction; None if there is none."""
    tasks = Task.objects.filter(id=task_id)
    # SQLite has one writer at a time: our transactions there begin with its lock.
    return tasks.select_for_update().first() if is_postgres() else tasks.first()


def holds_claim(task_id: str, claim: str) -> bool:
    """Whether the task is still this worker's; it stays so to the end of the transaction."""
    rows = fetch_all(
        f"SELECT claim FROM scaffolder_task WHERE id = %s{' FOR UPDATE' if is_postgres() else ''}", [task_id]
    )
    return rows == [(claim,)]
