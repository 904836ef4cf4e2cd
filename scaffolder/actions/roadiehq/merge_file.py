"""``roadiehq:utils:merge``."""

from __future__ import annotations

from pathlib import PurePosixPath

from common.errors import NotFoundError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import parse_json, parse_yaml, read_text, rewrite
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.merge_yaml import YamlMerge, merge_yaml
from scaffolder.actions.roadiehq.merging import merged
from scaffolder.actions.roadiehq.schemas import (
    MERGE_ARRAYS,
    MERGE_CONTENT,
    MERGE_PATH_OUTPUT,
    PATH_OF_FILE,
    closed_object,
)
from scaffolder.actions.yaml_text import YamlOptions
from scaffolder.actions.yaml_text.options import OPTIONS_SCHEMA

EXAMPLES = (
    Example(
        "Add a tag to an entity, and keep the comments of its file",
        """\
steps:
  - action: roadiehq:utils:merge
    id: add-tag
    name: Add the tag
    input:
      path: catalog-info.yaml
      content:
        metadata:
          tags: [python]
      mergeArrays: true
      preserveYamlComments: true
""",
    ),
    Example(
        "Change one of several documents in a file",
        """\
steps:
  - action: roadiehq:utils:merge
    id: set-owner
    name: Set the owner of the API
    input:
      path: catalog-info.yaml
      useDocumentIncludingField:
        key: kind
        value: API
      content:
        spec:
          owner: group:default/shop
""",
    ),
)


def merge_file(context: ActionContext) -> None:
    """By the file's extension. A file of any other kind is left alone."""
    workspace, path = context.workspace, context.workspace.normalize(context.input["path"])
    if not workspace.exists(path):
        raise NotFoundError(f"The file {path} does not exist.")
    match PurePosixPath(path).suffix:
        case ".json":
            new = _merge_json(context, path)
        case ".yaml" | ".yml":
            new = merge_yaml(read_text(workspace, path), _yaml_merge(context), path=path, log=context.log)
        case _:
            context.log.warn(f"'{path}' is left as it is: only .json, .yaml and .yml files can be merged into")
            return
    rewrite(workspace, path, new)
    context.output("path", path)


def _merge_json(context: ActionContext, path: str) -> str:
    """YAML's reader reads JSON too, and what people write for it."""
    present = parse_yaml(read_text(context.workspace, path), named=f"The file '{path}'")
    given = context.input["content"]
    content = parse_json(given, named="The content") if isinstance(given, str) else given
    return stringify(merged(present, content, joins_lists=context.input.get("mergeArrays", False)), space="  ")


def _yaml_merge(context: ActionContext) -> YamlMerge:
    given = context.input["content"]
    field = context.input.get("useDocumentIncludingField")
    return YamlMerge(
        content=parse_yaml(given, named="The content") if isinstance(given, str) else given,
        joins_lists=context.input.get("mergeArrays", False),
        keeps_comments=context.input.get("preserveYamlComments", False),
        field=(field["key"], field["value"]) if field else None,
        options=YamlOptions.from_input(context.input.get("options")),
    )


ACTION = Action(
    id="roadiehq:utils:merge",
    description="Merges values into a JSON or YAML file",
    run=merge_file,
    input=closed_object(
        {
            "path": PATH_OF_FILE,
            "content": MERGE_CONTENT,
            "mergeArrays": MERGE_ARRAYS,
            "preserveYamlComments": {
                "type": "boolean",
                "description": "Keep the comments of a YAML file, and the form of whatever does not change",
            },
            "useDocumentIncludingField": {
                "type": "object",
                "properties": {
                    "key": {"type": "string", "description": "The key of a field, as in kind or metadata.name"},
                    "value": {"type": "string", "description": "What that field holds in the document that is meant"},
                },
                "required": ["key", "value"],
                "additionalProperties": False,
                "description": "Which document to merge into, where a YAML file has several",
            },
            "options": OPTIONS_SCHEMA,
        },
        ["path", "content"],
    ),
    output=MERGE_PATH_OUTPUT,
    examples=EXAMPLES,
    supports_dry_run=True,
)
