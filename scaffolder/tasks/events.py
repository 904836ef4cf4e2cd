"""The events of a task: written in one order, read in the API's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from common.database import execute, sql_time
from common.errors import NotFoundError
from scaffolder.models import Task, TaskEvent

LOG = "log"
COMPLETION = "completion"
CANCELLED = "cancelled"
RECOVERED = "recovered"
# What a template may say of EXPERIMENTAL_recovery.
START_OVER = "startOver"


def write_events(task_id: str, events: Sequence[tuple[str, Mapping[str, Any], datetime]]) -> None:
    """
    ``(type, body, time)`` each, redacted already. In a transaction that holds the lock on the task's row.

    That lock makes ids rise in commit order, so that who has read up to one has missed none before it.
    """
    if not events:
        return
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(events))
    values = [
        value
        for type_, body, moment in events
        for value in (task_id, type_, orjson.dumps(body).decode(), sql_time(moment))
    ]
    execute(f"INSERT INTO scaffolder_task_event (task_id, type, body, created_at) VALUES {marks}", values)


def write_event(task_id: str, type_: str, body: Mapping[str, Any]) -> None:
    write_events(task_id, [(type_, body, timezone.now())])


def events_after(task_id: str, after: int | None) -> list[dict[str, Any]]:
    """
    The events later than ``after``, in order, in the API's form. Raises NotFoundError.

    The completion is always among them, so that a reader who asks again after the end learns that it is the end.
    """
    is_recoverable = _is_recoverable(task_id)
    events = TaskEvent.objects.filter(task_id=task_id).order_by("id")
    if after is not None:
        events = events.filter(Q(id__gt=after) | Q(type=COMPLETION))
    return [event_json(event, is_recoverable=is_recoverable) for event in events]


def _is_recoverable(task_id: str) -> bool:
    """Whether its template asks for ``startOver``: then clients go on listening when it has ended."""
    asks = ExpressionWrapper(Q(spec__contains=f'"{START_OVER}"'), output_field=BooleanField())
    found = Task.objects.filter(id=task_id).values_list(asks, flat=True).first()
    if found is None:
        raise NotFoundError(f"No task with id '{task_id}' found")
    if not found:
        return False
    recovery = orjson.loads(Task.objects.values_list("spec", flat=True).get(id=task_id)).get("EXPERIMENTAL_recovery")
    return isinstance(recovery, dict) and recovery.get("EXPERIMENTAL_strategy") == START_OVER


def event_json(event: TaskEvent, *, is_recoverable: bool) -> dict[str, Any]:
    return {
        "id": event.id,
        "isTaskRecoverable": is_recoverable,
        "taskId": event.task_id,
        "body": orjson.loads(event.body),
        "type": event.type,
        "createdAt": iso_time(event.created_at),
    }


def iso_time(moment: datetime) -> str:
    """As JavaScript writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
