"""Making something outside that must not be made twice, whenever the worker dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from common.errors import ConflictError
from scaffolder.actions.action import ActionContext

Json = Any


def make_once(
    context: ActionContext,
    key: str,
    *,
    find: Callable[[], Json | None],
    make: Callable[[], Json],
    taken: str | None = None,
) -> Json:
    """
    What ``make`` gives, or what an earlier attempt at this very step made: ``find`` shows it then.

    That nothing was there is noted first. Whatever is found after that note and before the next is ours.
    Raises ConflictError with ``taken`` if it was there before. Without ``taken``, there may be others that are alike,
    and ``find`` tells ours from them.
    """
    is_first = False

    def look() -> bool:
        nonlocal is_first
        if taken is not None and find() is not None:
            raise ConflictError(taken)
        is_first = True
        return True

    def make_or_find() -> Json:
        found = None if is_first else find()
        return make() if found is None else found

    context.checkpoint(f"intent:{key}", look)
    return context.checkpoint(f"made:{key}", make_or_find)


def step_time(context: ActionContext) -> datetime:
    """When this piece of work began, in whole seconds: the same at each attempt, so that its commits are the same."""
    seconds = context.checkpoint("when", lambda: int(datetime.now(UTC).timestamp()))
    return datetime.fromtimestamp(seconds, UTC)
