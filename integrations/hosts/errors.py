"""What goes wrong between us and a code host's API. No credentials are ever in the messages."""

from __future__ import annotations

from datetime import UTC, datetime

from common.errors import CallboardError, ServiceUnavailableError


class HostRefusedError(CallboardError):
    """The host answered that it will not. ``answered`` is its status."""

    status = 502

    def __init__(self, answered: int, message: str) -> None:
        super().__init__(message)
        self.answered = answered


class HostSilentError(ServiceUnavailableError):
    """No answer that can be used, or not all of it."""


class TooLargeError(CallboardError):
    """What the host sent has more bytes than we take."""

    status = 502


class RateLimitedError(ServiceUnavailableError):
    """The host lets us ask again at ``retry_at``, in seconds since 1970; until then nothing more is asked."""

    def __init__(self, message: str, retry_at: float) -> None:
        super().__init__(message)
        self.retry_at = retry_at


def clock_time(seconds: float) -> str:
    """A point in time as messages say it."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), 4e9), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
