"""Removing what tasks have left: folders of killed workers, workspaces kept for a retry, and tasks that are too old."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from scaffolder.models import TERMINAL, Task, TaskStatus, WorkspaceChunk
from scaffolder.settings import scaffolder_settings
from scaffolder.workspace.folders import remove_abandoned

KEEP_FOR_RETRY = timedelta(days=7)
MOST_AT_ONCE = 500


def remove_leftovers() -> int:
    """How many rows and folders were removed."""
    settings = scaffolder_settings()
    running = Task.objects.filter(status=TaskStatus.PROCESSING).values_list("id", flat=True)
    age = settings.lease.total_seconds() * 2
    removed = remove_abandoned(settings.workspaces, is_alive=frozenset(running), older_than_seconds=age)
    old = Task.objects.filter(status__in=TERMINAL, ended_at__lt=timezone.now() - KEEP_FOR_RETRY)
    chunks, _ = WorkspaceChunk.objects.filter(task_id__in=old.values("id")).delete()
    return removed + chunks + _remove_old_tasks(settings.keep_tasks)


def _remove_old_tasks(keep: timedelta | None) -> int:
    if keep is None:
        return 0
    old = Task.objects.filter(status__in=TERMINAL, ended_at__lt=timezone.now() - keep)
    ids = list(old.values_list("id", flat=True)[:MOST_AT_ONCE])
    return Task.objects.filter(id__in=ids).delete()[0]
