"""Evaluating JSONata expressions, which are programs of strangers: each in a process with little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from catalog.descriptors.scalars import js_number
from common.errors import InputError

SECONDS = 20
MEMORY = 1024 * 1024 * 1024
MAX_BYTES = 10 * 1024 * 1024
PROGRAM = Path(__file__).with_name("jsonata_process.py")


class Undefined:
    """The expression found nothing."""


UNDEFINED = Undefined()


def evaluate(expression: str, data: Any, *, seconds: int = SECONDS) -> Any:
    """The result as JSON, or UNDEFINED. Raises InputError."""
    order = {
        "path": sys.path,
        "expression": expression,
        "data": data,
        "memory": MEMORY,
        "seconds": seconds + 1,
        "longest": MAX_BYTES,
    }
    answer = _run(json.dumps(order).encode(), seconds)
    if "error" in answer:
        raise InputError(f"JSONata failed to evaluate the expression: {answer['error']}")
    return UNDEFINED if "undefined" in answer else answer["result"]


def _run(order: bytes, seconds: int) -> dict[str, Any]:
    if len(order) > MAX_BYTES:
        raise InputError(f"The data for a JSONata expression may have at most {MAX_BYTES} bytes")
    with subprocess.Popen(  # noqa: S603  our own program, and no shell
        [sys.executable, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    ) as process:
        try:
            written, _ = process.communicate(order, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise InputError(f"JSONata failed to evaluate the expression: it took longer than {seconds} s") from None
        finally:
            # Whatever interrupts the step ends the process too.
            process.kill()
    return _read(written)


def _read(written: bytes) -> dict[str, Any]:
    """What the process wrote; nothing, if it was stopped for asking too much."""
    try:
        answer: dict[str, Any] = json.loads(written, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError):
        raise InputError(
            "JSONata failed to evaluate the expression: it needed more time or memory than is allowed"
        ) from None
    return answer


def _number(text: str) -> int | float | None:
    return js_number(float(text))
