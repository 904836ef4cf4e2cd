"""Why a run ends before its source was read to the end."""

from __future__ import annotations

from common.errors import CallboardError, ServiceUnavailableError


class RunStoppedError(CallboardError):
    """The process must end, or another one has taken the run over. It goes on elsewhere."""


class RunTimeoutError(ServiceUnavailableError):
    """The run took longer than its ``schedule.timeout``."""
