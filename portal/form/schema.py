"""
A JSON Schema as an author wrote it, read without trust: what has the wrong shape counts as not there. Pure.

How a field looks is written beside it, as ``ui:name`` or as ``ui:options: { name }``.
"""

from __future__ import annotations

from typing import Any

Json = Any
Schema = dict[str, Json]

MAX_REFERENCES = 10
# What has it is shown only while a flag is raised, and nobody can raise flags here.
FEATURE_FLAG = "backstage:featureFlag"


def record(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """The texts of a list, or one text alone."""
    return [value] if isinstance(value, str) else [item for item in sequence(value) if isinstance(item, str)]


def text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def whole_number(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else None


def ui_option(schema: Schema, name: str) -> Json:
    """None if the author said nothing about it."""
    own = schema.get(f"ui:{name}")
    return record(schema.get("ui:options")).get(name) if own is None else own


def type_of(schema: Schema) -> str:
    """One of JSON Schema's types; of several the first that holds something. Guessed where none is named."""
    named = [name for name in texts(schema.get("type")) if name != "null"]
    if named:
        return named[0]
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return "null" if schema.get("type") == "null" else "string"


def follow_reference(schema: Schema, root: Schema) -> Schema:
    """The schema that ``$ref`` points at within ``root``, with what stands beside the reference laid over it."""
    for _ in range(MAX_REFERENCES):
        pointer = text(schema.get("$ref"))
        if not pointer.startswith("#/"):
            return schema
        found: Json = root
        for part in pointer.removeprefix("#/").split("/"):
            found = record(found).get(part.replace("~1", "/").replace("~0", "~"))
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**record(found), **beside}
    return schema


def pointer_to(parent: str, key: str | int) -> str:
    """The JSON pointer of a part of what ``parent`` points at. It is also the name of the part's field."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"
