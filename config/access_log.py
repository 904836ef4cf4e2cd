"""
One line for each request: who asked for what stays out of it, but for method and path.

Written without the logging machinery, which would cost as much as a quick answer itself (60 µs against 6 µs).
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from random import getrandbits
from typing import Any

import orjson

TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
COLORS = {2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m"}
RESET = "\x1b[0m"
MOST_OF_PATH = 2000

# Of the request that this thread answers. To bind it by structlog would cost 20 µs.
TRACE_ID: ContextVar[str | None] = ContextVar("trace_id", default=None)

Writer = Callable[[str, str, int, float, str], None]


def read_trace_id(headers: Any) -> str:
    """The caller's, by W3C ``traceparent``, or a new one. Every log line of the request has it."""
    if (parent := headers.get("traceparent")) and (found := TRACE_PARENT.fullmatch(parent)):
        return str(found[1])
    return f"{getrandbits(128):032x}"


def open_access_log() -> Writer:
    """A function that writes the line of ``(method, path, status, seconds, trace id)``."""
    return _write_colored if sys.stderr.isatty() else _write_json


def _write_json(method: str, path: str, status: int, seconds: float, trace_id: str) -> None:
    path = path[:MOST_OF_PATH]
    line = orjson.dumps(
        {
            "level": "info",
            "message": f"{method} {path} {status}",
            "logger": "callboard.access",
            "timestamp": datetime.now(UTC),
            "method": method,
            "path": path,
            "status": status,
            "durationMs": round(seconds * 1000, 2),
            "trace_id": trace_id,
        },
        option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
    )
    os.write(2, line)


def _write_colored(method: str, path: str, status: int, seconds: float, trace_id: str) -> None:
    shown = "".join(char if char.isprintable() else "?" for char in path[:MOST_OF_PATH])
    clock = time.strftime("%H:%M:%S")
    line = f"{clock} {COLORS.get(status // 100, '')}{status}{RESET} {method} {shown} {seconds * 1000:.1f} ms\n"
    os.write(2, line.encode())
