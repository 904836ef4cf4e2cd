"""``roadiehq:utils:sleep``."""

from __future__ import annotations

import math
import time

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.schemas import closed_object
from scaffolder.templating.numbers import number, number_text

EXAMPLES = (
    Example(
        "Give another system half a minute",
        """\
steps:
  - action: roadiehq:utils:sleep
    id: wait
    name: Wait for the cluster
    input:
      amount: 30
""",
    ),
)


def sleep(context: ActionContext) -> None:
    """Ends at the same moment even if the step is tried again. A dry run does not wait."""
    amount = context.input["amount"]
    if not math.isfinite(amount):
        raise InputError("amount must be a number")
    context.log.info(f"Waiting {number_text(number(amount))} seconds")
    if not context.is_dry_run:
        end: float = context.checkpoint("end", lambda: time.time() + amount)
        context.stop.wait(max(0.0, min(amount, end - time.time())))


ACTION = Action(
    id="roadiehq:utils:sleep",
    description="Waits for some seconds",
    run=sleep,
    input=closed_object({"amount": {"type": "number", "description": "How many seconds"}}, ["amount"]),
    examples=EXAMPLES,
    supports_dry_run=True,
)
