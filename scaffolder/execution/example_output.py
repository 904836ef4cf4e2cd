"""What an action that cannot be run dry pretends to have given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLAIN: Mapping[str, Any] = {"string": "<example>", "number": 0, "boolean": False}


def example_output(schema: Any) -> Any:
    """A value after the schema, with the same words as Backstage's."""
    if not isinstance(schema, Mapping):
        return "<unknown>"
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties") or {}
        return {key: example_output(value) for key, value in properties.items()}
    if kind == "array":
        items = schema.get("items")
        first = items[0] if isinstance(items, list) and items else items
        return [example_output(first)] if first else []
    return PLAIN.get(kind, "<unknown>") if isinstance(kind, str) else "<unknown>"
