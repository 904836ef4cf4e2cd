"""``roadiehq:utils:serialize:json``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.schemas import REPLACER, SPACE, closed_object

EXAMPLES = (
    Example(
        "Make JSON text out of values",
        """\
steps:
  - action: roadiehq:utils:serialize:json
    id: serialize
    name: Serialise
    input:
      data:
        name: ${{ parameters.name }}
        ports: [8080, 8081]
      space: '  '
""",
    ),
)


def serialize_json(context: ActionContext) -> None:
    keys, space = context.input.get("replacer") or None, context.input.get("space", "")
    context.output("serialized", stringify(context.input["data"], space=space, keys=keys))


ACTION = Action(
    id="roadiehq:utils:serialize:json",
    description="Makes JSON text out of values",
    run=serialize_json,
    input=closed_object(
        {
            "data": {"type": "object", "additionalProperties": {}, "description": "The values"},
            "replacer": REPLACER,
            "space": SPACE,
        },
        ["data"],
    ),
    output=closed_object({"serialized": {"type": "string", "description": "The text"}}),
    examples=EXAMPLES,
    supports_dry_run=True,
)
