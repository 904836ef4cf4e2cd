"""
Finds the first fault of a value against a schema of an API's description, in the order and words of Backstage's server.

Knows the keywords which those descriptions use for requests, and no others. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.api.openapi import ApiDescription

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}

_TEXT = {"type": "string"}


def find_fault(value: object, schema: Mapping[str, Any], path: str, description: ApiDescription) -> str | None:
    schema = description.resolve(schema)
    expected = schema["type"]
    # To Python a boolean is a number; to JSON it is none.
    if not isinstance(value, _TYPES[expected]) or (isinstance(value, bool) and expected != "boolean"):
        return f"{path} must be {expected}"
    if isinstance(value, dict):
        return _find_object_fault(value, schema, path, description)
    if isinstance(value, list):
        return _find_list_fault(value, schema, path, description)
    return _find_scalar_fault(value, schema, path)


def _find_object_fault(
    value: dict[str, Any], schema: Mapping[str, Any], path: str, description: ApiDescription
) -> str | None:
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"{path} must have required property '{name}'"
    others: Any = schema.get("additionalProperties")
    if others is False and value.keys() - properties.keys():
        return f"{path} must NOT have additional properties"
    for name in [name for name in value if name not in properties] if others else ():
        if fault := find_fault(value[name], others, f"{path}/{name}", description):
            return fault
    for name, property_schema in properties.items():
        if name in value and (fault := find_fault(value[name], property_schema, f"{path}/{name}", description)):
            return fault
    return None


def _find_list_fault(value: list[Any], schema: Mapping[str, Any], path: str, description: ApiDescription) -> str | None:
    # Most lists are of texts, and entityRefs may be long: 4 µs instead of 96 for a hundred.
    if schema["items"] == _TEXT and all(isinstance(item, str) for item in value):
        return None
    for position, item in enumerate(value):
        if fault := find_fault(item, schema["items"], f"{path}/{position}", description):
            return fault
    return None


def _find_scalar_fault(value: Any, schema: Mapping[str, Any], path: str) -> str | None:
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} must be equal to one of the allowed values: {', '.join(schema['enum'])}"
    if "minimum" in schema and value < schema["minimum"]:
        return f"{path} must be >= {schema['minimum']}"
    return None
