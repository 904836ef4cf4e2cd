"""``roadiehq:utils:jsonata``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.jsonata_run import UNDEFINED, evaluate
from scaffolder.actions.roadiehq.schemas import EXPRESSION, closed_object

EXAMPLES = (
    Example(
        "Find the names of all secured routes",
        """\
steps:
  - action: roadiehq:utils:jsonata
    id: secured
    name: Find the secured routes
    input:
      data:
        routes:
          - path: /users
            secured: true
          - path: /health
            secured: false
      expression: routes[secured].path
""",
    ),
)


def jsonata_data(context: ActionContext) -> None:
    result = evaluate(context.input["expression"], context.input.get("data"))
    if result is not UNDEFINED:
        context.output("result", result)


ACTION = Action(
    id="roadiehq:utils:jsonata",
    description="Evaluates a JSONata expression on values",
    run=jsonata_data,
    input=closed_object({"data": {"description": "The values"}, "expression": EXPRESSION}, ["expression"]),
    output=closed_object(
        {"result": {"type": "object", "additionalProperties": {}, "description": "What the expression gives"}},
        ["result"],
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
