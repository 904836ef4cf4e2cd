"""Texts as JavaScript makes them of values, and the form in which messages name a property."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffolder.templating.numbers import number_text

_PLAIN_NAME = re.compile(r"(?!\d)[^.\s\[\]]*", re.ASCII)
_INDEX = re.compile(r"\d+", re.ASCII)

quoted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def property_text(path: Sequence[str | int]) -> str:
    """``instance.list[0]["odd name"]``."""
    return "instance" + "".join(_suffix(str(part)) for part in path)


def _suffix(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return f".{name}"
    return f"[{name}]" if _INDEX.fullmatch(name) else f"[{quoted(name)}]"


def text_of(value: Any) -> str:
    """``String(value)``."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, Mapping):
        return "[object Object]"
    return ",".join("" if item is None else text_of(item) for item in value)


def schema_name(schema: Any, position: int) -> str:
    """How messages name one of several schemas: by its id, its title, what it refers to, or its position."""
    if not isinstance(schema, Mapping):
        return f"[subschema {position}]"
    own = schema.get("$id") or schema.get("id")
    if own:
        return text_of(own)
    if schema.get("title"):
        return quoted(schema["title"])
    return f"<{text_of(schema['$ref'])}>" if schema.get("$ref") else f"[subschema {position}]"


def keys_in_order(mapping: Mapping[str, Any]) -> list[str]:
    """As JavaScript walks an object: whole numbers first, rising, then the rest as it was written."""
    numbers = [key for key in mapping if _INDEX.fullmatch(key) and (key == "0" or key[0] != "0")]
    if not numbers:
        return list(mapping)
    first = sorted(numbers, key=int)
    taken = set(first)
    return first + [key for key in mapping if key not in taken]
