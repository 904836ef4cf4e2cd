"""``/tasks/<id>``: one task, as it runs and when it is over."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.errors import NotFoundError
from portal.form.field import Field
from portal.form.schema import record
from portal.form.typed import Typed
from portal.page import render_page
from portal.task_log import LogLine, describe_line
from portal.task_outcome import Outcome, describe_outcome
from portal.task_row import TaskRow, describe_task
from portal.task_secrets import find_template_of, wanted_secrets
from portal.task_steps import StepEvent, list_steps
from scaffolder.api.access import READ_TASKS, get_allowed_task
from scaffolder.models import Task, TaskEvent
from scaffolder.tasks.events import COMPLETION, LOG, RECOVERED

MAX_LINES = 1_000
MAX_STEP_EVENTS = 5_000
MAX_START_OVER = 6_000
LAST_ID = 2**63 - 1
STATUS_KEY = '"status":'


@require_safe
def show_task(request: HttpRequest, task_id: str) -> HttpResponse:
    """Four queries, five if it can be retried. ``after`` leaves out the lines of the log up to that event: the page's script has them already."""
    try:
        task = get_allowed_task(request, task_id, READ_TASKS)
    except NotFoundError:
        return show_missing_task(request, task_id)
    return render_task(request, task)


def show_missing_task(request: HttpRequest, task_id: str) -> HttpResponse:
    return render_page(request, "missing.html", {"task_id": task_id[:100]}, status=404)


def render_task(request: HttpRequest, task: Task, *, status: int = 200, problem: str = "") -> HttpResponse:
    """The page, with what is wrong about the order that was given to the task."""
    spec = record(orjson.loads(task.spec))
    row = describe_task(task, spec)
    after = _read_id(request.GET.get("after", ""))
    lines, has_more = read_lines(task.id, after)
    context: dict[str, Any] = {
        "section": "tasks",
        "task": row,
        "problem": problem,
        "steps": list_steps(spec, read_step_events(task.id), task.status),
        "lines": lines,
        "has_more": has_more,
        "last_id": lines[-1].id if lines else after,
        "outcome": read_outcome(task.id) if row.is_over else Outcome(),
        "secrets": list_secrets(request, task, spec) if row.can_retry else (),
        "start_over": start_over_url(row, spec),
        "api_url": f"/api/scaffolder/v2/tasks/{task.id}",
        "now": timezone.now(),
    }
    return render_page(request, "task.html", context, status=status, script="" if row.is_over else "task.js")


def read_lines(task_id: str, after: int) -> tuple[list[LogLine], bool]:
    """
    Lines of the log in order, and whether that is not all: those next after an event, or without one the newest.
    """
    events = TaskEvent.objects.filter(task_id=task_id, id__gt=after).exclude(type=COMPLETION)
    rows = list(
        events.order_by("id" if after else "-id").values_list("id", "created_at", "body", "type")[: MAX_LINES + 1]
    )
    shown = rows[:MAX_LINES] if after else rows[:MAX_LINES][::-1]
    return [describe_line(event_id, at, _body(type_, body)) for event_id, at, body, type_ in shown], len(
        rows
    ) > MAX_LINES


def _body(type_: str, body: str) -> dict[str, Any]:
    if type_ == RECOVERED:
        return {"message": "The task is run again.", "status": "recovered"}
    return record(orjson.loads(body))


def read_step_events(task_id: str) -> list[StepEvent]:
    """Those that tell how a step stands. In the text of a message, quotation marks are escaped."""
    events = TaskEvent.objects.filter(task_id=task_id).exclude(type=COMPLETION).order_by("-id")
    about_steps = events.filter(type=LOG, body__contains=STATUS_KEY) | events.exclude(type=LOG)
    rows = about_steps.values_list("type", "created_at", "body")[:MAX_STEP_EVENTS]
    return [_step_event(*row) for row in reversed(rows)]


def _step_event(type_: str, at: Any, body: str) -> StepEvent:
    told = record(orjson.loads(body))
    return StepEvent(type_, at, str(told.get("stepId") or ""), str(told.get("status") or ""))


def read_outcome(task_id: str) -> Outcome:
    ends = TaskEvent.objects.filter(task_id=task_id, type=COMPLETION).order_by("-id")
    body = ends.values_list("body", flat=True).first()
    return describe_outcome(record(orjson.loads(body)) if body else {})


def list_secrets(request: HttpRequest, task: Task, spec: dict[str, Any]) -> tuple[Field, ...]:
    typed = Typed.read(request.POST.lists())
    return wanted_secrets(find_template_of(request, task), spec, typed)


def start_over_url(row: TaskRow, spec: dict[str, Any]) -> str:
    """The template's form with the same values; with none if they are too long for an address."""
    values = orjson.dumps(record(spec.get("parameters"))).decode()
    query = urlencode({"formData": values})
    return f"{row.form_url}?{query}" if row.form_url and len(query) <= MAX_START_OVER else row.form_url


def _read_id(text: str) -> int:
    is_id = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), LAST_ID) if is_id else 0
