"""Pieces of the schemas of this group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DRAFT = "http://json-schema.org/draft-07/schema#"


def closed_object(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    """The schema of a whole input or output, which has no other properties."""
    schema: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    if required:
        schema["required"] = list(required)
    return {**schema, "additionalProperties": False, "$schema": DRAFT}


PATH_OF_FILE = {"type": "string", "description": "The file, in the workspace"}
PATH_OUTPUT = closed_object({"path": {"type": "string", "description": "The file that was written, in the workspace"}})
MERGE_PATH_OUTPUT = {**PATH_OUTPUT, "required": ["path"]}
MERGE_CONTENT = {
    "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {}}],
    "description": "What is merged into the file: a mapping, or text that holds one",
}
MERGE_ARRAYS = {
    "type": "boolean",
    "description": "True: lists are joined, and equal items kept once. Else a list takes the other's place",
}
EXPRESSION = {"type": "string", "description": "The JSONata expression"}
RESULT_AS = {
    "type": "string",
    "enum": ["string", "object"],
    "description": "Whether the result is given as text (the default) or as it is",
    "default": "string",
}
SPACE = {"type": "string", "description": "What each level is indented by; without it, all is on one line"}
REPLACER = {
    "type": "array",
    "items": {"type": "string"},
    "description": "The keys to keep, in their order; all others are left out, on every level",
}
