"""A task in a few words: a line of the list, and the head of its page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from portal.form.schema import record, text
from portal.page import entity_url, form_url
from portal.root import at
from portal.task_steps import duration_words
from portal.words import short_name, short_ref
from scaffolder.models import TERMINAL, Task, TaskStatus

# Status to the word for it.
WORDS: Mapping[str, str] = {
    TaskStatus.OPEN: "waiting",
    TaskStatus.PROCESSING: "running",
    TaskStatus.COMPLETED: "done",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "cancelled",
}
CANCELLING = "being cancelled"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """``status`` is one of the database's, ``word`` what people read."""

    id: str
    url: str
    status: str
    word: str
    is_over: bool
    can_cancel: bool
    can_retry: bool
    title: str
    template: str
    template_url: str
    form_url: str
    by: str
    by_url: str
    created_at: datetime
    took: str


def describe_task(task: Task, spec: dict[str, Any] | None = None) -> TaskRow:
    spec = record(orjson.loads(task.spec)) if spec is None else spec
    metadata = record(record(record(spec.get("templateInfo")).get("entity")).get("metadata"))
    is_over, is_cancelling = task.status in TERMINAL, task.cancel_requested_at is not None
    is_ending = is_cancelling and not is_over
    return TaskRow(
        id=task.id,
        url=at(f"/tasks/{task.id}"),
        status=task.status,
        word=CANCELLING if is_ending else WORDS.get(task.status, task.status),
        is_over=is_over,
        can_cancel=not is_over and not is_cancelling,
        can_retry=task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED),
        title=text(metadata.get("title")) or short_name(task.template_ref) or "A task without a template",
        template=short_ref(task.template_ref) if task.template_ref else "",
        template_url=entity_url(task.template_ref),
        form_url=form_url(task.template_ref),
        by=short_ref(task.created_by) if task.created_by else "",
        by_url=entity_url(task.created_by) if task.created_by.startswith("user:") else "",
        created_at=task.created_at,
        took=duration_words((task.ended_at - task.created_at).total_seconds()) if task.ended_at and is_over else "",
    )
