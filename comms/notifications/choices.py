"""
What people want to be told: by channel, by who sends it, by topic.

There is one channel, the frontend. What a person has not chosen, ``notifications.defaultSettings`` says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.errors import InputError
from comms.models import Notification, NotificationChoice
from comms.settings import Default

WEB = "Web"
MOST_CHOICES = 1_000
IN_ONE_QUERY = 500

# Origin and topic in lower case; no topic is the origin as a whole, no origin the channel as a whole.
Choices = dict[tuple[str, str], bool]


@dataclass(frozen=True, slots=True)
class Choice:
    channel: str
    origin: str
    topic: str
    is_enabled: bool


def show_choices(user: str, defaults: Sequence[Default]) -> dict[str, Any]:
    """For everything that he was ever told, or that the defaults name, whether he wants it. Two statements."""
    chosen = _read_choices([user])
    received = Notification.objects.filter(user=user).values_list("origin", "topic").distinct()[:MOST_CHOICES]
    channels = dict.fromkeys([WEB, *(default.channel for default in defaults)])
    return {
        "channels": [_show_channel(name, list(received), chosen.get((user, name), {}), defaults) for name in channels]
    }


def _show_channel(
    name: str, received: list[tuple[str, str]], chosen: Choices, defaults: Sequence[Default]
) -> dict[str, Any]:
    known = received + [(default.origin, default.topic) for default in defaults if default.origin]
    given = _defaults_of(name, defaults)
    shown: dict[str, Any] = {"id": name}
    if ("", "") in given:
        shown["enabled"] = given["", ""]
    shown["origins"] = [
        {
            "id": origin,
            "enabled": is_wanted(chosen, given, origin, ""),
            "topics": [
                {"id": topic, "enabled": is_wanted(chosen, given, origin, topic)}
                for topic in dict.fromkeys(topic for other, topic in known if other == origin and topic)
            ],
        }
        for origin in dict.fromkeys(origin for origin, _ in known)
    ]
    return shown


def is_wanted(chosen: Choices, defaults: Choices, origin: str, topic: str) -> bool:
    """The nearest that was said counts: of the topic, of the origin, of the channel; what he chose before defaults."""
    origin, topic = origin.lower(), topic.lower()
    for key in ((origin, topic), (origin, ""), ("", "")):
        for choices in (chosen, defaults):
            if key in choices:
                return choices[key]
    return True


def save_choices(user: str, choices: Collection[Choice]) -> None:
    """These and no others. Raises InputError for another channel than ours, or too many."""
    if any(choice.channel != WEB for choice in choices):
        raise InputError(f"Invalid channel: the only one is {WEB!r}")
    if len(choices) > MOST_CHOICES:
        raise InputError(f"{len(choices)} settings are too many, at most {MOST_CHOICES} are kept")
    rows = {(choice.channel, choice.origin, choice.topic): choice.is_enabled for choice in choices}
    with transaction.atomic():
        NotificationChoice.objects.filter(user=user).delete()
        NotificationChoice.objects.bulk_create(
            NotificationChoice(user=user, channel=channel, origin=origin, topic=topic, is_enabled=is_enabled)
            for (channel, origin, topic), is_enabled in rows.items()
        )


def keep_who_wants(users: Sequence[str], origin: str, topic: str, defaults: Sequence[Default]) -> list[str]:
    """Those of them who want to be told this in the frontend. One statement for every 500."""
    given = _defaults_of(WEB, defaults)
    wanting: list[str] = []
    for start in range(0, len(users), IN_ONE_QUERY):
        some = users[start : start + IN_ONE_QUERY]
        chosen = _read_choices(some)
        wanting += [user for user in some if is_wanted(chosen.get((user, WEB), {}), given, origin, topic)]
    return wanting


def _defaults_of(channel: str, defaults: Iterable[Default]) -> Choices:
    return {
        (default.origin.lower(), default.topic.lower()): default.is_enabled
        for default in defaults
        if default.channel.lower() == channel.lower() and default.is_enabled is not None
    }


def _read_choices(users: Sequence[str]) -> dict[tuple[str, str], Choices]:
    """By user and channel."""
    found: dict[tuple[str, str], Choices] = {}
    rows = NotificationChoice.objects.filter(user__in=users).values_list(
        "user", "channel", "origin", "topic", "is_enabled"
    )
    for user, channel, origin, topic, is_enabled in rows:
        found.setdefault((user, channel), {})[origin.lower(), topic.lower()] = is_enabled
    return found
