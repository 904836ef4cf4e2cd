"""Lines of a task's log, as a terminal shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from catalog.commands.terminal import harmless

# How steps mark the level of a line.
_LEVEL = re.compile(r"\x1b\[\d+m(error|warn|info|debug)\x1b\[39m: ")
LEVEL_STYLES = {"error": "red", "warn": "yellow"}
STATUS_STYLES = {"completed": "green", "failed": "bold red", "skipped": "dim", "cancelled": "yellow"}


def print_line(console: Console, body: Mapping[str, Any]) -> None:
    """``step  message``; the level is told where it is a warning or an error."""
    message, level = split_level(str(body.get("message", "")))
    if level in LEVEL_STYLES:
        message = f"{level}: {message}"
    style = LEVEL_STYLES.get(level, "") or STATUS_STYLES.get(str(body.get("status")), "")
    step = str(body.get("stepId") or "")
    console.print(Text(f"{harmless(step)}  " if step else "", style="cyan") + Text(harmless(message), style=style))


def split_level(message: str) -> tuple[str, str]:
    """The text of a line, and its level; empty if it has none."""
    found = _LEVEL.match(message)
    return (message[found.end() :], found[1]) if found else (message, "")
