"""Notifications between their rows and Backstage's JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from comms.models import Notification, Severity

SEVERITIES = {severity.label: severity for severity in Severity}


def to_json_value(row: Notification, *, read: datetime | None = None, saved: datetime | None = None) -> dict[str, Any]:
    """``read`` and ``saved`` are for what is for everybody: when one person read or saved it."""
    return {
        "id": row.id,
        "user": row.user or None,
        "created": format_time(row.created),
        "saved": format_time(row.saved or saved),
        "read": format_time(row.read or read),
        "updated": format_time(row.updated),
        "origin": row.origin,
        "payload": {
            "title": row.title,
            "description": row.description or None,
            "link": row.link or None,
            "topic": row.topic or None,
            "severity": Severity(row.severity).label,
            "scope": row.scope or None,
            "icon": row.icon or None,
        },
    }


def format_time(moment: datetime | None) -> str | None:
    """As JavaScript writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
