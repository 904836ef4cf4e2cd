"""``debug:wait``: some time, at most ten minutes."""

from __future__ import annotations

from typing import Final

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import number, schema

MOST_SECONDS: Final = 600.0


def wait(context: ActionContext) -> None:
    """Raises InputError if it is too long."""
    given = context.input
    seconds = given.get("minutes", 0) * 60 + given.get("seconds", 0) + given.get("milliseconds", 0) / 1000
    if not seconds <= MOST_SECONDS:
        raise InputError(
            f"Waiting duration is longer than the maximum threshold of 0 hours, 10 minutes, 0 seconds: {seconds:g} s"
        )
    context.stop.wait(seconds)


def _example(count: int, unit: str) -> Example:
    return Example(
        f"Wait for {count} {unit}",
        f"steps:\n  - id: wait\n    name: Wait\n    action: debug:wait\n    input:\n      {unit}: {count}\n",
    )


ACTION: Final = Action(
    id="debug:wait",
    description="Waits for some time, at most ten minutes.",
    run=wait,
    input=schema(
        {
            "minutes": number("Minutes to wait"),
            "seconds": number("Seconds to wait"),
            "milliseconds": number("Milliseconds to wait"),
        }
    ),
    examples=(_example(500, "milliseconds"), _example(5, "seconds"), _example(1, "minutes")),
)
