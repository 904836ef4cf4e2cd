"""What the query strings and bodies of notifications mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from common.errors import InputError
from common.notifications import NewNotification
from comms.notifications.choices import Choice
from comms.notifications.read import SORTABLE, NotificationFilter, Order

FLAGS = {"true": True, "false": False}
MOST_ORDERS = 10


def parse_filter(query: Mapping[str, Any]) -> NotificationFilter:
    """Raises InputError."""
    for name in ("search", "topic"):
        if "\0" in query.get(name, ""):
            raise InputError(f"request/query/{name} must not hold a NUL character, and is {query[name][:100]!r}")
    created_after = query.get("createdAfter")
    return NotificationFilter(
        search=query.get("search"),
        topic=query.get("topic"),
        is_read=FLAGS.get(query.get("read", "")),
        is_saved=FLAGS.get(query.get("saved", "")),
        created_after=None if created_after is None else parse_time(created_after),
        minimum_severity=query.get("minimumSeverity"),
    )


def parse_time(text: str) -> datetime:
    """A date or time in ISO 8601, in UTC where it does not say. Raises InputError."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(f"Unexpected date format: {text[:100]!r} is no date or time in ISO 8601") from None


def parse_order(texts: Iterable[str]) -> tuple[Order, ...]:
    """Raises InputError."""
    orders = tuple(map(_parse_order, texts))
    if len(orders) > MOST_ORDERS:
        raise InputError(f"{len(orders)} values of orderField are too many, at most {MOST_ORDERS} are taken")
    return orders


def _parse_order(text: str) -> Order:
    field, comma, direction = text.partition(",")
    if comma and direction not in ("asc", "desc"):
        raise InputError(f"Invalid order field order, must be asc or desc: {text[:100]!r}")
    if field not in SORTABLE:
        raise InputError(f"Invalid order field {field[:100]!r}, must be one of {', '.join(SORTABLE)}")
    return Order(field, is_descending=direction == "desc")


def parse_new_notification(body: Mapping[str, Any], *, origin: str) -> NewNotification:
    """Raises InputError."""
    recipients, payload = body["recipients"], body["payload"]
    is_for_entities = recipients["type"] == "entity"
    if is_for_entities and "entityRef" not in recipients:
        raise InputError("request/body/recipients must have required property 'entityRef'")
    return NewNotification(
        title=payload["title"],
        origin=origin,
        recipients=tuple(recipients["entityRef"]) if is_for_entities else None,
        excluded=tuple(recipients.get("excludeEntityRef", ())) if is_for_entities else (),
        description=payload.get("description"),
        link=payload.get("link"),
        severity=payload.get("severity", "normal"),
        topic=payload.get("topic"),
        scope=payload.get("scope"),
        icon=payload.get("icon"),
    )


def parse_choices(body: Mapping[str, Any]) -> Iterator[Choice]:
    """A topic of an origin that is switched off is off too."""
    for channel in body["channels"]:
        for origin in channel["origins"]:
            yield Choice(channel["id"], origin["id"], "", origin["enabled"])
            for topic in origin.get("topics", ()):
                yield Choice(channel["id"], origin["id"], topic["id"], origin["enabled"] and topic["enabled"])
