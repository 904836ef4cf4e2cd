"""The operators' view of tasks: read-only, but for cancelling and retrying them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin import DerivedTableAdmin
from common.errors import CallboardError
from scaffolder.bell import ring_for_tasks
from scaffolder.models import Task
from scaffolder.tasks.cancel import cancel_task
from scaffolder.tasks.retry import retry_task


@admin.register(Task)
class TaskAdmin(DerivedTableAdmin):
    list_display = ("id", "template_ref", "status", "created_by", "created_at", "ended_at", "attempts", "lease_until")
    list_filter = ("status",)
    search_fields = ("=id",)
    ordering = ("-created_at",)
    fields = (
        "id",
        "template_ref",
        "status",
        "created_by",
        "created_at",
        "started_at",
        "ended_at",
        "last_heartbeat_at",
        "lease_until",
        "attempts",
        "cancel_requested_at",
        "spec",
    )
    actions = ("cancel", "retry")
    large_columns = ("spec",)

    @admin.action(description="Cancel the selected tasks", permissions=["operate"])
    def cancel(self, request: HttpRequest, tasks: QuerySet[Task]) -> None:
        for task_id in tasks.values_list("id", flat=True):
            cancel_task(task_id)
        messages.info(request, "The tasks have been told to end.")

    @admin.action(description="Retry the selected tasks that have ended, without secrets", permissions=["operate"])
    def retry(self, request: HttpRequest, tasks: QuerySet[Task]) -> None:
        for task_id in tasks.values_list("id", flat=True):
            self._retry(request, task_id)
        ring_for_tasks()

    def _retry(self, request: HttpRequest, task_id: Any) -> None:
        try:
            retry_task(task_id, {})
        except CallboardError as error:
            messages.error(request, error.message)
