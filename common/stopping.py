"""Whether this process has been asked to stop. Long work asks between its batches, and leaves the rest for later."""

from __future__ import annotations

import threading

_stopping = threading.Event()


def is_stopping() -> bool:
    return _stopping.is_set()


def request_stop(*_: object) -> None:
    """Also good as a signal handler."""
    _stopping.set()
