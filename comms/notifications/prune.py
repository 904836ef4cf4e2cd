"""Deletes notifications that are older than ``notifications.retention``."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Coalesce
from django.utils import timezone

from comms.models import Notification

BATCH = 1_000


def prune_notifications(keep: timedelta | None) -> int:
    """How many were deleted. What was replaced counts from then. None keeps all."""
    if keep is None:
        return 0
    before = timezone.now() - keep
    # Nothing is younger than it was created: so the index on that serves.
    old = Notification.objects.alias(changed=Coalesce("updated", "created")).filter(
        created__lt=before, changed__lt=before
    )
    count = 0
    while ids := list(old.values_list("id", flat=True)[:BATCH]):
        Notification.objects.filter(id__in=ids).delete()
        count += len(ids)
    return count
