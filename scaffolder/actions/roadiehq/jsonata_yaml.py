"""``roadiehq:utils:jsonata:yaml:transform``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_yaml, parse_yaml_documents, read_text
from scaffolder.actions.roadiehq.jsonata_run import UNDEFINED, evaluate
from scaffolder.actions.roadiehq.schemas import EXPRESSION, PATH_OF_FILE, RESULT_AS, closed_object
from scaffolder.actions.yaml_text import YamlOptions, yaml_text
from scaffolder.actions.yaml_text.options import OPTIONS_SCHEMA

EXAMPLES = (
    Example(
        "Change the owner of an entity",
        """\
steps:
  - action: roadiehq:utils:jsonata:yaml:transform
    id: set-owner
    name: Set the owner
    input:
      path: catalog-info.yaml
      expression: '$ ~> |spec|{"owner": "${{ parameters.owner }}"}|'
  - action: roadiehq:utils:fs:write
    id: write-entity
    name: Write the entity
    input:
      path: catalog-info.yaml
      content: ${{ steps['set-owner'].output.result }}
""",
    ),
)


def jsonata_yaml(context: ActionContext) -> None:
    path = context.workspace.normalize(context.input["path"])
    text, named = read_text(context.workspace, path), f"The file '{path}'"
    data = parse_yaml_documents(text, named=named) if context.input.get("loadAll") else parse_yaml(text, named=named)
    result = evaluate(context.input["expression"], data)
    if result is UNDEFINED:
        return
    if context.input.get("as") != "object":
        result = yaml_text(result, YamlOptions.from_input(context.input.get("options")))
    context.output("result", result)


ACTION = Action(
    id="roadiehq:utils:jsonata:yaml:transform",
    description="Evaluates a JSONata expression on a YAML file of the workspace",
    run=jsonata_yaml,
    input=closed_object(
        {
            "path": PATH_OF_FILE,
            "expression": EXPRESSION,
            "options": OPTIONS_SCHEMA,
            "loadAll": {
                "type": "boolean",
                "description": "Whether the file holds several documents, which the expression sees as a list",
            },
            "as": RESULT_AS,
        },
        ["path", "expression"],
    ),
    output=closed_object(
        {
            "result": {
                "type": "object",
                "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {}}]},
                "description": "What the expression gives",
            }
        },
        ["result"],
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
