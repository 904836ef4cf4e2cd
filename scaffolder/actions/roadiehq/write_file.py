"""``roadiehq:utils:fs:write``."""

from __future__ import annotations

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_json
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.schemas import PATH_OUTPUT, closed_object

EXAMPLES = (
    Example(
        "Write a file",
        """\
steps:
  - action: roadiehq:utils:fs:write
    id: write-version
    name: Write the version
    input:
      path: version.txt
      content: 1.0.0
""",
    ),
    Example(
        "Write JSON, indented by two spaces",
        """\
steps:
  - action: roadiehq:utils:fs:write
    id: write-settings
    name: Write the settings
    input:
      path: settings.json
      content: '{"colour": "red"}'
      preserveFormatting: true
""",
    ),
)


def write_file(context: ActionContext) -> None:
    path, content = context.workspace.normalize(context.input["path"]), context.input["content"]
    if context.input.get("preserveFormatting"):
        content = _indented(content)
    context.workspace.write_text(path, content)
    context.output("path", path)


def _indented(content: str) -> str:
    """What is not JSON stays as it is."""
    try:
        return stringify(parse_json(content, named="The content"), space="  ")
    except InputError:
        return content


ACTION = Action(
    id="roadiehq:utils:fs:write",
    description="Writes a file into the workspace",
    run=write_file,
    input=closed_object(
        {
            "path": {"type": "string", "description": "Where in the workspace; folders are made as needed"},
            "content": {"type": "string", "description": "What the file is to hold"},
            "preserveFormatting": {
                "type": "boolean",
                "description": "Indent the content by two spaces, if it is JSON",
            },
        },
        ["path", "content"],
    ),
    output=PATH_OUTPUT,
    examples=EXAMPLES,
    supports_dry_run=True,
)
