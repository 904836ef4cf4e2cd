"""Asking a task to end. One that nobody works on ends here; else its worker hears of it within a second."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from common.errors import NotFoundError
from scaffolder.models import TERMINAL, Task, TaskEvent, TaskStatus
from scaffolder.tasks.end import end_task
from scaffolder.tasks.events import CANCELLED, write_event
from scaffolder.tasks.lock import lock_task


def cancel_task(task_id: str) -> None:
    """Does nothing to a task that has ended. Raises NotFoundError."""
    with transaction.atomic():
        task = lock_task(task_id)
        if task is None:
            raise NotFoundError(f"No task with id '{task_id}' found")
        if task.status in TERMINAL or task.cancel_requested_at is not None:
            return
        Task.objects.filter(id=task_id).update(cancel_requested_at=timezone.now())
        write_event(task_id, CANCELLED, _body(task_id))
        if task.status == TaskStatus.OPEN:
            end_task(task_id, TaskStatus.CANCELLED, {"message": "Run completed with status: cancelled"})


def _body(task_id: str) -> dict[str, Any]:
    newest = TaskEvent.objects.filter(task_id=task_id, body__contains='"stepId"').order_by("-id").first()
    step_id = orjson.loads(newest.body).get("stepId") if newest else None
    if step_id is None:
        return {"message": "The task has been cancelled.", "status": "cancelled"}
    return {"message": f"Step {step_id} has been cancelled.", "stepId": step_id, "status": "cancelled"}
