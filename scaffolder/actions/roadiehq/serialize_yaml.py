"""``roadiehq:utils:serialize:yaml``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.schemas import closed_object
from scaffolder.actions.yaml_text import YamlOptions, yaml_text
from scaffolder.actions.yaml_text.options import OPTIONS_SCHEMA

EXAMPLES = (
    Example(
        "Make YAML text out of values, without folding long lines",
        """\
steps:
  - action: roadiehq:utils:serialize:yaml
    id: serialize
    name: Serialise
    input:
      data:
        name: ${{ parameters.name }}
        description: ${{ parameters.description }}
      options:
        lineWidth: 0
""",
    ),
)


def serialize_yaml(context: ActionContext) -> None:
    context.output("serialized", yaml_text(context.input["data"], YamlOptions.from_input(context.input.get("options"))))


ACTION = Action(
    id="roadiehq:utils:serialize:yaml",
    description="Makes YAML text out of values",
    run=serialize_yaml,
    input=closed_object(
        {
            "data": {"type": "object", "additionalProperties": {}, "description": "The values"},
            "replacer": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Has no effect; it is allowed because Backstage allows it",
            },
            "options": OPTIONS_SCHEMA,
        },
        ["data"],
    ),
    output=closed_object({"serialized": {"type": "string", "description": "The text"}}),
    examples=EXAMPLES,
    supports_dry_run=True,
)
