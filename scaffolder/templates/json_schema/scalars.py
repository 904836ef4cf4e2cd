"""Keywords about what a value is: its type, its text, whether it is one of some."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scaffolder.templates.json_schema.checker import Checker, Keyword, Schema
from scaffolder.templates.json_schema.comparing import is_number, is_same
from scaffolder.templates.json_schema.formats import has_format
from scaffolder.templates.json_schema.patterns import is_match
from scaffolder.templates.json_schema.texts import quoted, text_of
from scaffolder.templates.json_schema.violation import Place, SchemaDefectError, Violation
from scaffolder.templating.values import UNDEFINED

# No JSON value is a date, so ``type: date`` allows none.
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: is_number(value) and math.isfinite(value),
    "integer": lambda value: is_number(value) and math.isfinite(value) and value % 1 == 0,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
    "date": lambda value: False,
    "any": lambda value: True,
}


def is_of_type(checker: Checker, value: Any, kind: Any, place: Place) -> bool:
    """``kind`` is a name or a schema; a name that nobody knows allows everything."""
    if kind is None:
        raise SchemaDefectError("null stands where a type is expected")
    if isinstance(kind, str):
        return TYPES[kind](value) if kind in TYPES else True
    return not checker.check(value, kind, place) if isinstance(kind, Mapping) else True


def _type(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if value is UNDEFINED:
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(is_of_type(checker, value, kind, place) for kind in kinds):
        names = [_type_name(kind) for kind in kinds]
        yield checker.report("type", f"is not of a type(s) {','.join(names)}", value, schema, place, names)


def _type_name(kind: Any) -> str:
    own = (kind.get("$id") or kind.get("id")) if isinstance(kind, Mapping) else None
    return f"<{text_of(own)}>" if own else text_of(kind)


def _enum(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    choices = schema["enum"]
    if value is UNDEFINED:
        return
    if not isinstance(choices, list):
        raise SchemaDefectError("enum must be a list")
    if not any(is_same(value, choice, checker.budget) for choice in choices):
        message = f"is not one of enum values: {','.join(map(text_of, choices))}"
        yield checker.report("enum", message, value, schema, place, choices)


def _const(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    wanted = schema["const"]
    if value is not UNDEFINED and not is_same(wanted, value, checker.budget):
        message = f"does not exactly match expected constant: {text_of(wanted)}"
        yield checker.report("const", message, value, schema, place, wanted)


def _pattern(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    pattern = schema["pattern"]
    if not isinstance(value, str):
        return
    if pattern is None:
        raise SchemaDefectError("null stands where a regular expression is expected")
    if not is_match(text_of(pattern), value, checker.budget):
        message = f"does not match pattern {quoted(text_of(pattern))}"
        yield checker.report("pattern", message, value, schema, place, pattern)


def _format(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    name = schema["format"]
    if isinstance(value, str) and isinstance(name, str) and not has_format(value, name):
        yield checker.report("format", f"does not conform to the {quoted(name)} format", value, schema, place, name)


KEYWORDS: Mapping[str, Keyword] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
}
