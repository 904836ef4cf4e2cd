"""Celery's doors to notifications and signals. They hold no rule, and may be rung at any time."""

from __future__ import annotations

from celery import shared_task

from comms.notifications.prune import prune_notifications as prune
from comms.settings import comms_settings
from comms.signals.publish import prune_signals as prune_old_signals


@shared_task(ignore_result=True)
def prune_notifications() -> None:
    """Delete what is older than the configuration keeps."""
    prune(comms_settings().keep_notifications)


@shared_task(ignore_result=True)
def prune_signals() -> None:
    """Delete what every process has passed on."""
    prune_old_signals()
