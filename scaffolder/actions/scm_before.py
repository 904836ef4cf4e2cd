"""What was there before a step made anything, for things that no name tells apart from others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaffolder.actions.action import ActionContext

Json = Any


def seen_before(context: ActionContext, key: str, look: Callable[[], Json]) -> tuple[Json, bool]:
    """
    What ``look`` saw before the first attempt, and whether this is a later one.

    In a later one, what is there now and was not seen then is ours. Nothing is stored if ``look`` raises.
    """
    is_later = True

    def look_now() -> Json:
        nonlocal is_later
        is_later = False
        return look()

    return context.checkpoint(f"intent:{key}", look_now), is_later
