"""Celery's doors to notifications, signals and events. They hold no rule, and may be rung at any time."""

from __future__ import annotations

from celery import shared_task

from comms.events.queue import prune_events as prune_old_events
from comms.events.work import work_due_events
from comms.notifications.prune import prune_notifications as prune
from comms.settings import comms_settings
from comms.signals.publish import prune_signals as prune_old_signals

RUN_SECONDS = 20.0


@shared_task(ignore_result=True)
def work_events() -> None:
    """Work the events that are due; ring again if there are more than one run may do."""
    if not work_due_events(seconds=RUN_SECONDS):
        work_events.delay()


@shared_task(ignore_result=True)
def prune_events() -> None:
    """Forget events of yesterday."""
    prune_old_events()


@shared_task(ignore_result=True)
def prune_notifications() -> None:
    """Delete what is older than the configuration keeps."""
    prune(comms_settings().keep_notifications)


@shared_task(ignore_result=True)
def prune_signals() -> None:
    """Delete what every process has passed on."""
    prune_old_signals()
