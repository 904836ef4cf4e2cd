"""
``acme:ticket:create``: opens a ticket, here a file in the workspace; in earnest it would ask a server.

The annotations say what a step may give and what it gets back: they become the schemas that templates are checked
against, that the list of actions shows, and that dry runs make their examples from.
"""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Literal, TypedDict

from common.errors import ConflictError
from scaffolder.actions.action import ActionContext, Example
from scaffolder.actions.typed import action


class Ticket(TypedDict):
    number: Annotated[int, "The number of the ticket"]
    url: Annotated[str, "Where people find it"]


@action(
    id="acme:ticket:create",
    description="Opens a ticket for whoever has to know about the new thing",
    examples=[
        Example(
            "Ask for a review",
            """\
steps:
  - action: acme:ticket:create
    id: review
    name: Ask for a review
    input:
      title: Please look at ${{ parameters.name }}
      priority: high
      labels: [review]
""",
        )
    ],
    supports_dry_run=True,
)
def create_ticket(
    context: ActionContext,
    *,
    title: Annotated[str, "What the ticket is about"],
    priority: Annotated[Literal["low", "high"], "How urgent it is"] = "low",
    labels: Annotated[list[str] | None, "Words to find it by"] = None,
) -> Ticket:
    # If the worker dies in the midst, the step runs again: what a checkpoint has kept is not made a second time. Ask a
    # server with context.idempotency_key, if it takes one: that is the same each time, too.
    number: int = context.checkpoint("number", lambda: secrets.randbelow(100_000))
    path = f"tickets/{number}.json"
    if context.workspace.exists(path):
        raise ConflictError(f"There is a ticket {number} already")
    context.log.info(f"Opening ticket {number}: {title}")
    context.workspace.write_text(path, json.dumps({"title": title, "priority": priority, "labels": labels or []}))
    return {"number": number, "url": f"https://tickets.acme.example/{number}"}


ACTIONS = (create_ticket,)
