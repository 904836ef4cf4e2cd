"""Sends a notification: one row for each person, or one for everybody, and a signal to the browsers that are open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.queries.refs import is_storable
from common.errors import InputError
from common.notifications import NewNotification
from common.signals import publish_signal
from comms.models import EVERYBODY, Notification
from comms.notifications.choices import keep_who_wants
from comms.notifications.link import ensure_safe_link
from comms.notifications.recipients import find_users
from comms.notifications.rows import SEVERITIES, to_json_value
from comms.settings import comms_settings

CHANNEL = "notifications"
LONGEST = {"title": 1_000, "description": 20_000, "link": 4_000, "topic": 255, "scope": 255, "icon": 255, "origin": 255}
IN_ONE_STATEMENT = 500
# What a later notification of the same origin and scope changes in the earlier one.
REPLACED = ("title", "description", "link", "topic", "severity", "icon")


def send(new: NewNotification) -> list[dict[str, Any]]:
    """
    What was sent, in Backstage's JSON. Nothing for those who want none of this origin or topic.

    Raises InputError for what cannot be shown, or recipients that are none.
    """
    _check(new)
    users = _find_recipients(new)
    with transaction.atomic():
        rows = _replace_earlier(new, users)
        missing = [user for user in users if user not in {row.user for row in rows}]
        created = [_build_row(new, user) for user in missing]
        Notification.objects.bulk_create(created, batch_size=IN_ONE_STATEMENT)
        rows += created
        for row in rows:
            recipients = (row.user,) if row.user else None
            publish_signal(recipients, CHANNEL, {"action": "new_notification", "notification_id": row.id})
    return [to_json_value(row) for row in rows]


def _check(new: NewNotification) -> None:
    if not new.title:
        raise InputError("Invalid notification request received: missing title")
    for name, most in LONGEST.items():
        text = getattr(new, name) or ""
        if len(text) > most:
            raise InputError(f"The notification's {name} is {len(text)} characters long, and {most} are the limit")
        if not is_storable(text):
            raise InputError(f"The notification's {name} holds a character that no text may hold: {text[:100]!r}")
    if new.severity not in SEVERITIES:
        raise InputError(f"Severity {new.severity!r} is none of {', '.join(SEVERITIES)}")
    if new.link:
        ensure_safe_link(new.link)


def _find_recipients(new: NewNotification) -> list[str]:
    if new.recipients is None:
        return [EVERYBODY]
    users = find_users(new.recipients, new.excluded)
    return keep_who_wants(users, new.origin, new.topic or "", comms_settings().defaults)


def _replace_earlier(new: NewNotification, users: Sequence[str]) -> list[Notification]:
    """Those of the same origin and scope, with the new text and unread again."""
    if not new.scope:
        return []
    rows: dict[str, Notification] = {}
    for start in range(0, len(users), IN_ONE_STATEMENT):
        some = users[start : start + IN_ONE_STATEMENT]
        found = Notification.objects.filter(origin=new.origin, scope=new.scope, user__in=some).order_by("created", "id")
        for row in found:
            rows.setdefault(row.user, row)
    for row in rows.values():
        fresh = _build_row(new, row.user)
        for name in REPLACED:
            setattr(row, name, getattr(fresh, name))
        row.updated, row.read = timezone.now(), None
    Notification.objects.bulk_update(rows.values(), [*REPLACED, "updated", "read"], batch_size=IN_ONE_STATEMENT)
    return list(rows.values())


def _build_row(new: NewNotification, user: str) -> Notification:
    return Notification(
        id=str(uuid.uuid4()),
        user=user,
        origin=new.origin,
        title=new.title,
        description=new.description or "",
        link=new.link or "",
        severity=SEVERITIES[new.severity],
        topic=new.topic or "",
        scope=new.scope or "",
        icon=new.icon or "",
        created=timezone.now(),
    )
