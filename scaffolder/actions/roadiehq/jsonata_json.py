"""``roadiehq:utils:jsonata:json:transform``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_json, read_text
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.jsonata_run import UNDEFINED, evaluate
from scaffolder.actions.roadiehq.schemas import EXPRESSION, PATH_OF_FILE, REPLACER, RESULT_AS, SPACE, closed_object

EXAMPLES = (
    Example(
        "Add a script to package.json",
        """\
steps:
  - action: roadiehq:utils:jsonata:json:transform
    id: add-script
    name: Add the script
    input:
      path: package.json
      expression: '$ ~> |scripts|{"lint": "eslint ."}|'
      space: '  '
  - action: roadiehq:utils:fs:write
    id: write-package
    name: Write package.json
    input:
      path: package.json
      content: ${{ steps['add-script'].output.result }}
""",
    ),
)


def jsonata_json(context: ActionContext) -> None:
    path = context.workspace.normalize(context.input["path"])
    data = parse_json(read_text(context.workspace, path), named=f"The file '{path}'")
    result = evaluate(context.input["expression"], data)
    if result is UNDEFINED:
        return
    if context.input.get("as") != "object":
        result = stringify(result, space=context.input.get("space", ""), keys=context.input.get("replacer"))
    context.output("result", result)


ACTION = Action(
    id="roadiehq:utils:jsonata:json:transform",
    description="Evaluates a JSONata expression on a JSON file of the workspace",
    run=jsonata_json,
    input=closed_object(
        {"path": PATH_OF_FILE, "expression": EXPRESSION, "replacer": REPLACER, "space": SPACE, "as": RESULT_AS},
        ["path", "expression"],
    ),
    output=closed_object(
        {
            "result": {
                "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {}}],
                "description": "What the expression gives",
            }
        },
        ["result"],
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
