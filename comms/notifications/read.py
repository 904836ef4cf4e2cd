"""What one person sees of the notifications: his own, and those for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from common.errors import NotFoundError
from comms.models import EVERYBODY, Notification
from comms.notifications.rows import SEVERITIES, to_json_value

MOST_SHOWN = 1_000
MOST_TOPICS = 1_000
SORTABLE = {
    "id": "id",
    "title": "title",
    "severity": "severity",
    "origin": "origin",
    "topic": "topic",
    "created": "created",
    "updated": "updated",
    "read": "read_at",
    "saved": "saved_at",
}


@dataclass(frozen=True, slots=True)
class NotificationFilter:
    """None: whatever it is. ``minimum_severity`` lets pass what is at least that urgent."""

    search: str | None = None
    topic: str | None = None
    is_read: bool | None = None
    is_saved: bool | None = None
    created_after: datetime | None = None
    minimum_severity: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """``field`` is one of SORTABLE."""

    field: str
    is_descending: bool


NEWEST_FIRST = (Order("created", is_descending=True),)


def list_notifications(
    user: str, filter_: NotificationFilter, *, order: Sequence[Order] = (), offset: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """A page, and how many there are in all. Two statements."""
    found = _filtered(user, filter_)
    most = MOST_SHOWN if limit is None else min(limit, MOST_SHOWN)
    page = found.order_by(*_order_by(order or NEWEST_FIRST))[offset : offset + most]
    return {"totalCount": found.count(), "notifications": [_shown(row) for row in page]}


def list_by_id(user: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of them that are his to see, newest first. One statement."""
    return [_shown(row) for row in _of(user).filter(id__in=ids).order_by(*_order_by(NEWEST_FIRST))]


def get_notification(user: str, id_: str) -> dict[str, Any]:
    """Raises NotFoundError, also for another person's."""
    found = list_by_id(user, [id_])
    if not found:
        raise NotFoundError(f"There is no notification {id_[:100]!r} for {user}")
    return found[0]


def count_notifications(user: str) -> dict[str, int]:
    """How many he has read, and how many not. One statement."""
    counts = _of(user).aggregate(all=Count("id"), read=Count("read_at"))
    return {"unread": counts["all"] - counts["read"], "read": counts["read"]}


def list_topics(user: str, filter_: NotificationFilter) -> list[str]:
    """One statement."""
    found = _filtered(user, filter_).exclude(topic="").order_by("topic")
    return list(found.values_list("topic", flat=True).distinct()[:MOST_TOPICS])


def _of(user: str) -> QuerySet[Any]:
    notifications: QuerySet[Any] = Notification.objects.filter(user__in=(user, EVERYBODY))
    found: QuerySet[Any] = notifications.annotate(
        mine=FilteredRelation("statuses", condition=Q(statuses__user=user)),
        read_at=Coalesce("mine__read", "read"),
        saved_at=Coalesce("mine__saved", "saved"),
    )
    return found


def _filtered(user: str, filter_: NotificationFilter) -> QuerySet[Any]:
    found = _of(user)
    if filter_.search:
        found = found.filter(Q(title__icontains=filter_.search) | Q(description__icontains=filter_.search))
    if filter_.topic:
        found = found.filter(topic=filter_.topic)
    if filter_.is_read is not None:
        found = found.filter(read_at__isnull=not filter_.is_read)
    if filter_.is_saved is not None:
        found = found.filter(saved_at__isnull=not filter_.is_saved)
    if filter_.created_after is not None:
        found = found.filter(created__gte=filter_.created_after)
    if filter_.minimum_severity is not None:
        found = found.filter(severity__lte=SEVERITIES[filter_.minimum_severity])
    return found


def _order_by(order: Sequence[Order]) -> list[Any]:
    """What lacks a value comes last, on both databases; what is equal, in one order."""
    terms = [
        F(SORTABLE[item.field]).desc(nulls_last=True)
        if item.is_descending
        else F(SORTABLE[item.field]).asc(nulls_last=True)
        for item in order
    ]
    return [*terms, F("id").asc()]


def _shown(row: Any) -> dict[str, Any]:
    return to_json_value(row, read=row.read_at, saved=row.saved_at)
