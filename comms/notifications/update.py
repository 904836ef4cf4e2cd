"""Marks notifications as read or saved, or takes the mark back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import InputError
from common.signals import publish_signal
from comms.models import EVERYBODY, BroadcastStatus, Notification
from comms.notifications.read import list_by_id
from comms.notifications.send import CHANNEL

MOST_IDS = 1_000


def update_notifications(
    user: str, ids: Sequence[str], *, read: bool | None = None, saved: bool | None = None
) -> list[dict[str, Any]]:
    """
    Those of them that are his to see, as they are now. None leaves a mark as it is. Others are left alone.

    Raises InputError if there are too many.
    """
    if len(ids) > MOST_IDS:
        raise InputError(f"{len(ids)} ids are too many, at most {MOST_IDS} are taken at once")
    now = timezone.now()
    marks: dict[str, datetime | None] = {}
    if read is not None:
        marks["read"] = now if read else None
    if saved is not None:
        marks["saved"] = now if saved else None
    with transaction.atomic():
        if marks:
            _mark(user, ids, marks)
        if read is not None:
            action = "notification_read" if read else "notification_unread"
            publish_signal((user,), CHANNEL, {"action": action, "notification_ids": list(ids)})
    return list_by_id(user, ids)


def _mark(user: str, ids: Sequence[str], marks: dict[str, datetime | None]) -> None:
    Notification.objects.filter(id__in=ids, user=user).update(**marks)
    broadcasts = Notification.objects.filter(id__in=ids, user=EVERYBODY).values_list("id", flat=True)
    BroadcastStatus.objects.bulk_create(
        [BroadcastStatus(notification_id=id_, user=user, **marks) for id_ in sorted(broadcasts)],
        update_conflicts=True,
        unique_fields=["notification", "user"],
        update_fields=list(marks),
    )
