"""
A word to the browsers that are open: a port, so that whoever has news needs to know nothing of who passes them on.

``comms`` sets the publisher when Django starts. A signal is a hint to look again: none are kept, and without a publisher
they go nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Publisher = Callable[[tuple[str, ...] | None, str, dict[str, Any]], None]

_publisher: Publisher | None = None


def set_publisher(publisher: Publisher | None) -> None:
    """Who passes signals on from now on."""
    global _publisher
    _publisher = publisher


def publish_signal(recipients: tuple[str, ...] | None, channel: str, message: dict[str, Any]) -> None:
    """
    Tell the browsers of these users (canonical entity refs; None: of everybody) that listen to ``channel``.

    Told when the caller's transaction commits, never if it does not.
    """
    if _publisher is not None:
        _publisher(recipients, channel, message)
