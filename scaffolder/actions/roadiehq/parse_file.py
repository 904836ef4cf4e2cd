"""``roadiehq:utils:fs:parse``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_json, parse_yaml, parse_yaml_documents, read_text
from scaffolder.actions.roadiehq.schemas import PATH_OF_FILE, closed_object

PARSERS = {"yaml": parse_yaml, "json": parse_json, "multiyaml": parse_yaml_documents}
EXAMPLES = (
    Example(
        "Read a YAML file, for later steps to use its values",
        """\
steps:
  - action: roadiehq:utils:fs:parse
    id: read-chart
    name: Read the chart
    input:
      path: Chart.yaml
      parser: yaml
  - action: debug:log
    id: log-version
    name: Show the version
    input:
      message: ${{ steps['read-chart'].output.content.version }}
""",
    ),
)


def parse_file(context: ActionContext) -> None:
    path = context.workspace.normalize(context.input["path"])
    text = read_text(context.workspace, path)
    parser = PARSERS.get(context.input.get("parser", ""))
    context.output("content", parser(text, named=f"The file '{path}'") if parser else text)


ACTION = Action(
    id="roadiehq:utils:fs:parse",
    description="Reads a file of the workspace, as text or as the values in it",
    run=parse_file,
    input=closed_object(
        {
            "path": PATH_OF_FILE,
            "parser": {
                "type": "string",
                "enum": list(PARSERS),
                "description": "What the file holds; without it, the text itself is given",
            },
        },
        ["path"],
    ),
    output=closed_object(
        {
            "content": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "object", "properties": {}, "additionalProperties": False},
                ],
                "description": "The text or the values",
            }
        }
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
