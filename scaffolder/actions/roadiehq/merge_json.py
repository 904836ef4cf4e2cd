"""``roadiehq:utils:json:merge``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_json, read_text, rewrite
from scaffolder.actions.roadiehq.json_indent import find_indent
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.merging import merged
from scaffolder.actions.roadiehq.schemas import (
    MERGE_ARRAYS,
    MERGE_CONTENT,
    MERGE_PATH_OUTPUT,
    PATH_OF_FILE,
    closed_object,
)

USUAL_INDENT = "  "
EXAMPLES = (
    Example(
        "Ask for a version of Node in package.json, indented as it is",
        """\
steps:
  - action: roadiehq:utils:json:merge
    id: ask-for-node
    name: Ask for Node 20
    input:
      path: package.json
      content:
        engines:
          node: '>=20'
      matchFileIndent: true
""",
    ),
)


def merge_json(context: ActionContext) -> None:
    """A file that is not there is made."""
    workspace, path = context.workspace, context.workspace.normalize(context.input["path"])
    is_there = workspace.exists(path)
    if not is_there:
        context.log.info(f"The file {path} does not exist, creating it.")
    text = read_text(workspace, path) if is_there else "{}"
    given = context.input["content"]
    content = parse_json(given, named="The content") if isinstance(given, str) else given
    result = merged(
        parse_json(text, named=f"The file '{path}'"), content, joins_lists=context.input.get("mergeArrays", False)
    )
    rewrite(workspace, path, stringify(result, space=_indent(context, text)))
    context.output("path", path)


def _indent(context: ActionContext, text: str) -> str:
    if not context.input.get("matchFileIndent"):
        return USUAL_INDENT
    found = find_indent(text)
    if found is None:
        context.log.info("Failed to detect source file indentation, using default value of 2.")
    return found or USUAL_INDENT


ACTION = Action(
    id="roadiehq:utils:json:merge",
    description="Merges values into a JSON file",
    run=merge_json,
    input=closed_object(
        {
            "path": PATH_OF_FILE,
            "content": MERGE_CONTENT,
            "mergeArrays": MERGE_ARRAYS,
            "matchFileIndent": {"type": "boolean", "description": "Indent the file as it was indented before"},
        },
        ["path", "content"],
    ),
    output=MERGE_PATH_OUTPUT,
    examples=EXAMPLES,
    supports_dry_run=True,
)
