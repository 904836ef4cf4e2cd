"""What may be seen of tasks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from common.errors import InputError, NotFoundError
from common.permissions import Criteria
from scaffolder.models import Task
from scaffolder.permission_rules import EVERYBODY, Creators, creators_of
from scaffolder.tasks.events import iso_time

# The only fields that a list may be ordered by: any other one could tell, bit by bit, what it does not show.
ORDER_FIELDS = ("created_at", "status", "created_by")


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """``order``: pairs of a field of ORDER_FIELDS and ``asc`` or ``desc``; the newest first if there is none."""

    statuses: tuple[str, ...] = ()
    created_by: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    offset: int | None = None


def get_task(task_id: str) -> Task:
    """Raises NotFoundError."""
    task = Task.objects.filter(id=task_id).first() if is_task_id(task_id) else None
    if task is None:
        raise NotFoundError(f"No task with id '{task_id}' found")
    return task


def is_task_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def list_tasks(query: TaskQuery, visible: Creators = EVERYBODY) -> tuple[list[Task], int]:
    """
    A page of the tasks of those creators, and how many there are in all.

    Raises InputError for another order than those allowed.
    """
    tasks = Task.objects.all() if visible == EVERYBODY else Task.objects.filter(visible.to_query())
    if query.statuses:
        tasks = tasks.filter(status__in=query.statuses)
    if query.created_by:
        tasks = tasks.filter(created_by__in=query.created_by)
    total = tasks.count()
    start = query.offset or 0
    end = None if query.limit is None else start + query.limit
    return list(tasks.order_by(*map(_order, query.order or (("created_at", "desc"),)), "id")[start:end]), total


def judge_tasks(criteria: Criteria, task_ids: list[str]) -> list[bool]:
    """Whether they are true of each of these tasks; false for one that is not there. One query."""
    creators = creators_of(criteria)
    wanted = [task_id for task_id in task_ids if is_task_id(task_id)]
    created_by = dict(Task.objects.filter(id__in=wanted).values_list("id", "created_by"))
    return [task_id in created_by and creators.created(created_by[task_id]) for task_id in task_ids]


def _order(order: tuple[str, str]) -> str:
    field, direction = order
    if field not in ORDER_FIELDS or direction not in ("asc", "desc"):
        raise InputError(f"Tasks cannot be ordered by '{direction}:{field}'; use one of {', '.join(ORDER_FIELDS)}")
    return field if direction == "asc" else f"-{field}"


def task_json(task: Task) -> dict[str, Any]:
    """In the API's words, to be written by orjson. Nothing but what stands here is ever shown."""
    shown = {
        "id": task.id,
        "spec": orjson.Fragment(task.spec),
        "status": task.status,
        "createdAt": iso_time(task.created_at),
    }
    if task.last_heartbeat_at is not None:
        shown["lastHeartbeatAt"] = iso_time(task.last_heartbeat_at)
    if task.created_by:
        shown["createdBy"] = task.created_by
    return shown
