"""Running a task again that has ended: from the step that failed on, with the workspace as it was before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from common.errors import ConflictError, NotFoundError
from common.identity import Identity
from scaffolder.models import TERMINAL, Task, TaskEvent, TaskSecrets, TaskStatus, TaskStep
from scaffolder.tasks.events import CANCELLED, COMPLETION, RECOVERED, write_event
from scaffolder.tasks.initiator import pack_identity, unpack_identity
from scaffolder.tasks.lock import lock_task
from scaffolder.vault import seal


def retry_task(task_id: str, secrets: Mapping[str, str], *, identity: Identity | None = None) -> None:
    """
    ``secrets`` are given anew, since those of the first run are gone. A completed task runs nothing again. It runs on
    behalf of ``identity`` from now on, if one is given; restrictions that it had are not lost by that.

    Raises NotFoundError; ConflictError if it has not ended.
    """
    with transaction.atomic():
        task = lock_task(task_id)
        if task is None:
            raise NotFoundError(f"No task with id '{task_id}' found")
        if task.status not in TERMINAL:
            raise ConflictError(f"Task with taskId {task_id} cannot be retried, as it is '{task.status}'")
        _forget_from_first_failure(task_id)
        TaskEvent.objects.filter(task_id=task_id, type__in=(CANCELLED, COMPLETION)).delete()
        write_event(task_id, RECOVERED, {"recoverStrategy": "none"})
        TaskSecrets.objects.filter(task_id=task_id).delete()
        if secrets:
            TaskSecrets.objects.create(task_id=task_id, sealed=seal(secrets, task_id=task_id))
        if identity is not None:
            Task.objects.filter(id=task_id).update(initiator=pack_identity(_take_over(task.initiator, identity)))
        Task.objects.filter(id=task_id).update(
            status=TaskStatus.OPEN, started_at=None, ended_at=None, last_heartbeat_at=timezone.now()
        )


def _take_over(initiator: str, identity: Identity) -> Identity:
    if identity.restrictions is not None:
        return identity
    return replace(identity, restrictions=unpack_identity(initiator).restrictions)


def _forget_from_first_failure(task_id: str) -> None:
    """Checkpoints stay: they say what exists outside already."""
    failed = TaskStep.objects.filter(task_id=task_id, status="failed").order_by("position").first()
    if failed is not None:
        TaskStep.objects.filter(task_id=task_id, position__gte=failed.position).delete()
