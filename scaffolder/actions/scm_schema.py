"""Parts of schemas that the actions for code hosts have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]


def object_of(properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """An object that may have these properties and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), **needed, "additionalProperties": False}


def schema(properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """What an action takes or gives."""
    return {**object_of(properties, required), "$schema": "http://json-schema.org/draft-07/schema#"}


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def number(description: str, **more: Any) -> Schema:
    return {"type": "number", "description": description, **more}


def flag(description: str, **more: Any) -> Schema:
    return {"type": "boolean", "description": description, **more}


def choice(description: str, *values: str, **more: Any) -> Schema:
    return {"type": "string", "enum": list(values), "description": description, **more}


def texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def numbers(description: str) -> Schema:
    return {"type": "array", "items": {"type": "number"}, "description": description}


GIT_COMMIT_MESSAGE = text("What the first commit says; 'initial commit' unless the configuration names another text")
GIT_AUTHOR_NAME = text(
    "Whom the first commit names as its author; 'Scaffolder' unless the configuration says otherwise"
)
GIT_AUTHOR_EMAIL = text("The e-mail address of that author")
SIGN_COMMIT = flag("Sign the commit with the private PGP key of the configuration")
SOURCE_PATH = text("The folder of the workspace that becomes the repository; all of the workspace if it is left out")
