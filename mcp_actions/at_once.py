"""Coroutines that wait for nothing, run without an event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any, TypeVar, cast

Result = TypeVar("Result")


def finish_at_once(work: Awaitable[Result]) -> Result:
    """What comes out of it. Raises RuntimeError if it waits for something after all."""
    steps = cast(Generator[Any, None, Result], work.__await__())
    try:
        next(steps)
    except StopIteration as done:
        result: Result = done.value
        return result
    steps.close()
    raise RuntimeError("A coroutine that was to end at once waits for something")
