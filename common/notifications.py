"""
What somebody is to be told: a port, so that whoever has something to say needs to know nothing of who delivers it.

``comms`` sets the notifier when Django starts. Without one nothing can be sent, and the sender is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from common.errors import ServiceUnavailableError

Severity = Literal["critical", "high", "normal", "low"]


@dataclass(frozen=True, slots=True)
class NewNotification:
    """
    ``recipients`` are entity refs (groups mean their members, other entities their owners); None means everybody.

    ``excluded`` are told nothing, whatever group they are in. ``origin`` says who sends: ``plugin:scaffolder``. A
    later notification of the same origin and ``scope`` takes the place of an earlier one.
    """

    title: str
    origin: str
    recipients: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    description: str | None = None
    link: str | None = None
    severity: Severity = "normal"
    topic: str | None = None
    scope: str | None = None
    icon: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict, hash=False)


# Returns what was sent, as the API shows it: one for each person, or one for everybody.
Notifier = Callable[[NewNotification], list[dict[str, Any]]]

_notifier: Notifier | None = None


def set_notifier(notifier: Notifier | None) -> None:
    """Who delivers from now on."""
    global _notifier
    _notifier = notifier


def send_notification(new: NewNotification) -> list[dict[str, Any]]:
    """
    What was sent, one for each person, or one for everybody. Joins the caller's transaction.

    Raises InputError if it cannot be sent as it is, ServiceUnavailableError if nobody delivers.
    """
    if _notifier is None:
        raise ServiceUnavailableError("Nothing delivers notifications in this process")
    return _notifier(new)
