"""``/tasks``: what was run, newest first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.locations_page import read_page_number
from portal.page import render_page
from portal.root import at
from portal.task_row import WORDS, describe_task
from scaffolder.api.access import visible_tasks
from scaffolder.models import TaskStatus
from scaffolder.tasks.read import TaskQuery, list_tasks

PAGE_SIZE = 30


@require_safe
def show_tasks(request: HttpRequest) -> HttpResponse:
    """Two queries."""
    visible = visible_tasks(request)
    status = request.GET.get("status", "")
    statuses = (status,) if status in TaskStatus.values else ()
    number = read_page_number(request.GET.get("page", ""))
    start = (number - 1) * PAGE_SIZE
    tasks, total = list_tasks(TaskQuery(statuses=statuses, limit=PAGE_SIZE, offset=start), visible)
    context = {
        "section": "tasks",
        "choices": [
            ("", "All", not statuses),
            *((value, WORDS[value].capitalize(), value == status) for value in WORDS),
        ],
        "tasks": [describe_task(task) for task in tasks],
        "total": total,
        "is_narrowed": bool(statuses),
        "previous": _url(status, number - 1) if number > 1 else "",
        "next": _url(status, number + 1) if start + len(tasks) < total and tasks else "",
    }
    return render_page(request, "tasks.html", context)


def _url(status: str, number: int) -> str:
    return at("/tasks?") + urlencode({"status": status, "page": number} if status else {"page": number})
