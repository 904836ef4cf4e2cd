"""A new task: its row and its sealed secrets, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from common.identity import ANONYMOUS, Identity
from scaffolder.models import Task, TaskSecrets
from scaffolder.tasks.initiator import pack_identity
from scaffolder.vault import seal


@dataclass(frozen=True, slots=True)
class NewTask:
    """
    ``spec`` is a TaskSpec, as templates/ makes it; ``created_by`` the ref of the user, or empty. What ``identity`` may
    not do, the task may not either.
    """

    spec: Mapping[str, Any]
    created_by: str = ""
    identity: Identity = ANONYMOUS
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def create_task(new: NewTask) -> Task:
    """Whoever calls it rings for a worker (``bell.py``)."""
    task = Task(
        id=str(uuid.uuid4()),
        spec=orjson.dumps(new.spec).decode(),
        template_ref=(new.spec.get("templateInfo") or {}).get("entityRef") or "",
        created_by=new.created_by,
        initiator=pack_identity(new.identity),
        created_at=timezone.now(),
    )
    if not new.secrets:
        # One statement needs no transaction of its own, whose begin and end take the database as long.
        task.save(force_insert=True)
        return task
    with transaction.atomic():
        task.save(force_insert=True)
        TaskSecrets.objects.create(task=task, sealed=seal(new.secrets, task_id=task.id))
    return task
