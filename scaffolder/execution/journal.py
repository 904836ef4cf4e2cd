"""What a run tells of itself, and what it must not forget: a port, with the database or a list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

COMPLETED = "completed"
SKIPPED = "skipped"
FAILED = "failed"
PROCESSING = "processing"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of an earlier attempt. ``output`` is the error's name and message if it failed."""

    status: str
    output: Mapping[str, Any]


class Journal(Protocol):
    def earlier_steps(self) -> Mapping[int, StepRecord]:
        """What earlier attempts have done, by position."""

    def log(self, message: str, *, step_id: str | None = None, status: str | None = None) -> None:
        """A line for readers, soon. Redacted already."""

    def record(self, position: int, step_id: str, status: str, output: Mapping[str, Any]) -> None:
        """
        Keep a step's end, with the workspace as it is, before its last line is shown: all of it or nothing.

        It may wait for company until ``flush``, which comes before the next action that does more than to read.
        """

    def flush(self) -> None:
        """Write what waits. Raises StepStoppedError if somebody else works on the task by now."""

    def read_checkpoint(self, key: str) -> str | None:
        """JSON, or None."""

    def store_checkpoint(self, key: str, value: str) -> None:
        """Kept when this returns. Raises StepStoppedError if somebody else works on the task by now."""

    def restore_workspace(self) -> None:
        """Put the workspace back to what it was when the newest step was recorded."""
