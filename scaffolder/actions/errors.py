"""Why a step ended that did nothing wrong itself."""

from __future__ import annotations

from typing import Literal

from common.errors import CallboardError

Reason = Literal["cancelled", "timeout", "task-timeout", "lease-lost", "shutdown"]


class StepStoppedError(CallboardError):
    """Raised inside an action that has to end now. Actions let it pass."""

    name = "StepStoppedError"

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
