"""The lines of a task's log, without what terminals make of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.form.schema import text

# Colours and other orders to a terminal: CSI sequences, OSC sequences up to their end, and two-character ones.
ORDERS = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_a-z0-9=>])|\x9b[0-?]*[ -/]*[@-~]"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LEVEL = re.compile(r"(debug|info|warn|error): ?")
STEP_LEVELS = {
    "processing": "step",
    "completed": "soft",
    "skipped": "soft",
    "failed": "error",
    "cancelled": "step",
    "recovered": "step",
}
MAX_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class LogLine:
    id: int
    at: datetime
    level: str
    text: str


def describe_line(event_id: int, at: datetime, body: dict[str, Any]) -> LogLine:
    """The level is what actions put before their messages; where a step tells how it stands, a word for that."""
    message = plain_text(text(body.get("message")))
    level = STEP_LEVELS.get(text(body.get("status")), "")
    if not level and (found := LEVEL.match(message)):
        level, message = found[1], message[found.end() :]
    return LogLine(event_id, at, level, shorten(message))


def plain_text(message: str) -> str:
    """Of a line that was overwritten in place (by a progress bar, say) the last state stays."""
    message = ORDERS.sub("", message).replace("\r\n", "\n")
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in message.split("\n")]
    return CONTROLS.sub("", "\n".join(lines))


def shorten(message: str) -> str:
    left = len(message) - MAX_LENGTH
    return f"{message[:MAX_LENGTH]}… ({left} characters more)" if left > 0 else message
