"""A task's steps as its events tell of them: which state each is in, since when, for how long. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portal.form.schema import record, sequence, text
from scaffolder.models import TaskStatus

State = Literal["waiting", "running", "done", "skipped", "failed", "cancelled", "left out"]
STATES: Mapping[str, State] = {
    "processing": "running",
    "completed": "done",
    "skipped": "skipped",
    "failed": "failed",
    "cancelled": "cancelled",
}
MARKS: Mapping[State, str] = {
    "waiting": "·",
    "running": "▸",
    "done": "✓",
    "skipped": "→",
    "failed": "✗",
    "cancelled": "■",
    "left out": "–",
}
# How a step that never came to its end stands when the task is over.
ENDS: Mapping[str, State] = {TaskStatus.CANCELLED: "cancelled", TaskStatus.FAILED: "failed"}
MAX_STEPS = 500


@dataclass(slots=True)
class StepLine:
    """``since`` is when it began, while it runs; ``took`` how long it was, in words."""

    id: str
    name: str
    action: str
    state: State = "waiting"
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def mark(self) -> str:
        return MARKS[self.state]

    @property
    def since(self) -> datetime | None:
        return self.started_at if self.state == "running" else None

    @property
    def took(self) -> str:
        if self.started_at is None or self.ended_at is None or self.state not in ("done", "failed"):
            return ""
        return duration_words((self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class StepEvent:
    """``type`` as in the table of events; the others are empty where the event is not about one step."""

    type: str
    at: datetime
    step_id: str = ""
    status: str = ""


def list_steps(spec: Mapping[str, Any], events: Iterable[StepEvent], status: str) -> list[StepLine]:
    """``status`` is the task's: once it has ended, no step waits or runs."""
    steps = [record(step) for step in sequence(spec.get("steps"))][:MAX_STEPS]
    lines = [
        StepLine(text(s.get("id")), text(s.get("name")) or text(s.get("id")), text(s.get("action"))) for s in steps
    ]
    by_id = {line.id: line for line in lines}
    for event in events:
        if event.type == "recovered":
            _begin_again(lines)
        elif event.step_id in by_id and event.status in STATES:
            _note(by_id[event.step_id], event)
    if status not in (TaskStatus.OPEN, TaskStatus.PROCESSING):
        _close(lines, status)
    return lines


def _note(line: StepLine, event: StepEvent) -> None:
    line.state = STATES[event.status]
    if line.state == "running":
        line.started_at, line.ended_at = event.at, None
    else:
        line.ended_at = event.at


def _begin_again(lines: Iterable[StepLine]) -> None:
    """A task that runs anew does so from what failed; what was done stays done."""
    for line in lines:
        if line.state != "done":
            line.state, line.started_at, line.ended_at = "waiting", None, None


def _close(lines: Iterable[StepLine], status: str) -> None:
    for line in lines:
        if line.state == "running":
            line.state = ENDS.get(status, "done")
        elif line.state == "waiting":
            line.state = "left out"


def duration_words(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
