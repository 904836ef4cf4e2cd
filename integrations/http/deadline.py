"""A point in time at which everything that one read does must have ended, however deep it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_end: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Inside, waiting ends after so many seconds altogether."""
    token = _end.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def capped(timeout: float | None) -> float | None:
    """``timeout``, or what is left until the deadline if that is less. Zero or below if it has passed."""
    end = _end.get()
    if end is None:
        return timeout
    remaining = end - time.monotonic()
    return remaining if timeout is None else min(timeout, remaining)
