"""The options of the npm package ``yaml`` for its output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from common.errors import InputError

KNOWN_STRING_TYPES = ("BLOCK_FOLDED", "BLOCK_LITERAL", "QUOTE_DOUBLE", "QUOTE_SINGLE", "PLAIN")


@dataclass(frozen=True, slots=True)
class YamlOptions:
    """Widths count UTF-16 units; a ``line_width`` of 0 folds nothing."""

    block_quote: bool | str = True
    collection_style: str = "any"
    default_key_type: str | None = None
    default_string_type: str = "PLAIN"
    directives: bool | None = None
    double_quoted_as_json: bool = False
    double_quoted_min_multi_line_length: float = 40
    false_str: str = "false"
    flow_collection_padding: bool = True
    indent: int = 2
    indent_seq: bool = True
    line_width: float = 80
    min_content_width: float = 20
    null_str: str = "null"
    simple_keys: bool = False
    single_quote: bool | None = None
    true_str: str = "true"

    @classmethod
    def from_input(cls, options: Mapping[str, Any] | None) -> Self:
        """From an action's input, which was checked against OPTIONS_SCHEMA. Raises InputError for an indent of 0."""
        given = {_snake_case(name): value for name, value in (options or {}).items()}
        indent = given.get("indent", 2)
        if indent != int(indent) or not 0 < indent <= 100:
            raise InputError(f"The YAML option 'indent' is {indent}; it must be a whole number from 1 to 100")
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (given | {"indent": int(indent)}).items() if name in known})

    @property
    def is_flow(self) -> bool | None:
        """None where each collection decides for itself."""
        return {"block": False, "flow": True}.get(self.collection_style)


def _snake_case(name: str) -> str:
    return re.sub(r"[A-Z]+", lambda match: f"_{match.group().lower()}", name)


_STRING_TYPES: list[dict[str, Any]] = [{"type": "string", "const": name} for name in KNOWN_STRING_TYPES]
OPTIONS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "How the YAML is written; the names are those of the npm package yaml",
    "properties": {
        "blockQuote": {
            "anyOf": [
                {"type": "boolean"},
                {"type": "string", "const": "folded"},
                {"type": "string", "const": "literal"},
            ],
            "description": "Whether texts of several lines become blocks, and of which style (default: true)",
        },
        "collectionStyle": {
            "type": "string",
            "enum": ["any", "block", "flow"],
            "description": "One style for all lists and mappings (default: 'any')",
        },
        "defaultKeyType": {
            "anyOf": [*_STRING_TYPES, {"type": "null"}],
            "description": "How keys are written, where that differs from other texts",
        },
        "defaultStringType": {
            "type": "string",
            "enum": list(KNOWN_STRING_TYPES),
            "description": "How texts are written wherever that is possible (default: 'PLAIN')",
        },
        "directives": {
            "type": ["boolean", "null"],
            "description": "True: begin with the marker ---",
        },
        "doubleQuotedAsJSON": {
            "type": "boolean",
            "description": "Write texts in double quotes as JSON does (default: false)",
        },
        "doubleQuotedMinMultiLineLength": {
            "type": "number",
            "description": "How long a text in double quotes must be to go over several lines (default: 40)",
        },
        "falseStr": {"type": "string", "description": "The word for false (default: 'false')"},
        "flowCollectionPadding": {
            "type": "boolean",
            "description": "Spaces inside the brackets of lists and mappings on one line (default: true)",
        },
        "indent": {"type": "number", "description": "Spaces of each level (default: 2)"},
        "indentSeq": {"type": "boolean", "description": "Indent the lists in mappings (default: true)"},
        "lineWidth": {"type": "number", "description": "Where lines are folded; 0: nowhere (default: 80)"},
        "minContentWidth": {
            "type": "number",
            "description": "The least width that is left to deeply indented texts (default: 20)",
        },
        "nullStr": {"type": "string", "description": "The word for null (default: 'null')"},
        "simpleKeys": {"type": "boolean", "description": "Never write keys behind a question mark (default: false)"},
        "singleQuote": {
            "type": ["boolean", "null"],
            "description": "Prefer single quotes; false: never use them (default: null)",
        },
        "trueStr": {"type": "string", "description": "The word for true (default: 'true')"},
    },
    "additionalProperties": False,
}
