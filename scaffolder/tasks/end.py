"""The end of a task: its status and last event, and its secrets gone, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from common.database import execute, sql_time
from scaffolder.models import TaskStatus
from scaffolder.tasks.events import COMPLETION, write_event


def end_task(task_id: str, status: TaskStatus, body: Mapping[str, Any]) -> None:
    """In a transaction that holds the lock on the task's row. ``body`` is redacted."""
    write_event(task_id, COMPLETION, body)
    close_task(task_id, status)


def close_task(task_id: str, status: TaskStatus, *, has_secrets: bool = True, has_workspace: bool = True) -> None:
    """
    Whoever calls it writes the last event in the same transaction. The flags say what may be there to go.

    The workspace is kept until the task is too old to be retried, but not that of a completed one.
    """
    if has_secrets:
        execute("DELETE FROM scaffolder_task_secrets WHERE task_id = %s", [task_id])
    if has_workspace and status == TaskStatus.COMPLETED:
        execute("DELETE FROM scaffolder_workspace_chunk WHERE task_id = %s", [task_id])
    execute(
        "UPDATE scaffolder_task SET status = %s, ended_at = %s, claim = '', lease_until = NULL,"
        " cancel_requested_at = NULL WHERE id = %s",
        [status.value, sql_time(timezone.now()), task_id],
    )
