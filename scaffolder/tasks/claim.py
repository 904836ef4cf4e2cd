"""Taking a task to work on it, for as long as the lease is renewed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from common.database import execute, fetch_all, from_sql_time, sql_time
from scaffolder.models import Task, TaskStatus


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """
    A task and this worker's hold on it. ``claim`` is the fencing token: whoever has another one can write nothing.

    ``sealed`` are its secrets, empty if there are none; ``is_abandoned`` says that another worker had begun it.
    """

    id: str
    spec: str
    claim: str
    attempts: int
    started_at: datetime
    initiator: str
    sealed: str = field(repr=False)
    is_abandoned: bool


NEXT_DUE = """
    SELECT task.id, task.spec, task.claim, task.attempts, task.started_at, task.initiator,
           coalesce(secrets.sealed, '')
    FROM scaffolder_task AS task LEFT JOIN scaffolder_task_secrets AS secrets ON secrets.task_id = task.id
    WHERE task.status = 'open' OR (%s AND task.status = 'processing' AND task.lease_until < %s)
    ORDER BY task.created_at LIMIT 1
"""
# Only if nobody was quicker: a claim is never the same twice.
TAKE = """
    UPDATE scaffolder_task
    SET status = 'processing', claim = %s, attempts = attempts + 1, started_at = coalesce(started_at, %s),
        last_heartbeat_at = %s, lease_until = %s
    WHERE id = %s AND claim = %s AND attempts = %s AND status IN ('open', 'processing')
"""


def claim_task(lease: timedelta, *, is_recovering: bool) -> ClaimedTask | None:
    """The oldest task that waits, or whose worker has gone. None if there is none."""
    while True:
        now = timezone.now()
        rows = fetch_all(NEXT_DUE, [is_recovering, sql_time(now)])
        if not rows:
            return None
        task_id, spec, before, attempts, started_at, initiator, sealed = rows[0]
        claim = secrets.token_hex(16)
        times = [sql_time(now), sql_time(now), sql_time(now + lease)]
        if execute(TAKE, [claim, *times, task_id, before, attempts]) == 1:
            start = from_sql_time(started_at) or now
            return ClaimedTask(task_id, spec, claim, attempts + 1, start, initiator, sealed, is_abandoned=before != "")


def renew_lease(task_id: str, claim: str, lease: timedelta) -> bool:
    """False if somebody else has the task by now."""
    now = timezone.now()
    mine = Task.objects.filter(id=task_id, claim=claim)
    return mine.update(last_heartbeat_at=now, lease_until=now + lease) == 1


def release_task(task_id: str, claim: str) -> None:
    """Give it back to be taken at once by another worker."""
    mine = Task.objects.filter(id=task_id, claim=claim)
    mine.update(status=TaskStatus.OPEN, claim="", lease_until=None)


def release_claims_of_the_dead() -> None:
    """Only where no other process can be at work."""
    Task.objects.filter(status=TaskStatus.PROCESSING).update(lease_until=timezone.now() - timedelta(seconds=1))
