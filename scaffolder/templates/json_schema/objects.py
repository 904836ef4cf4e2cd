"""Keywords about the properties of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.templates.json_schema.checker import Checker, Keyword, Schema
from scaffolder.templates.json_schema.patterns import is_match
from scaffolder.templates.json_schema.texts import keys_in_order, property_text, quoted, text_of
from scaffolder.templates.json_schema.violation import Place, SchemaDefectError, Violation
from scaffolder.templating.values import UNDEFINED


def _properties(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        return
    properties = _record(schema, "properties")
    for name in keys_in_order(properties):
        yield from checker.check_child(value.get(name, UNDEFINED), _present(properties[name], name), place, name)


def _pattern_properties(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        return
    patterns = _record(schema, "patternProperties")
    for name in keys_in_order(value):
        wanted = [patterns[pattern] for pattern in keys_in_order(patterns) if is_match(pattern, name, checker.budget)]
        for part in wanted:
            yield from checker.check_child(value[name], _present(part, name), place, name)
        if not wanted:
            yield from _check_other(checker, value, schema, place, name)


def _additional_properties(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    # Beside patterns, that keyword finds out which ones are additional.
    if not isinstance(value, Mapping) or isinstance(schema.get("patternProperties"), dict):
        return
    for name in keys_in_order(value):
        yield from _check_other(checker, value, schema, place, name)


def _check_other(
    checker: Checker, value: Mapping[str, Any], schema: Schema, place: Place, name: str
) -> Iterator[Violation]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and name in properties:
        return
    others = schema.get("additionalProperties")
    if others is False:
        message = f"is not allowed to have the additional property {quoted(name)}"
        yield checker.report("additionalProperties", message, value, schema, place, name)
    else:
        yield from checker.check_child(value[name], others or {}, place, name)


def _property_names(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    wanted = schema["propertyNames"]
    if not isinstance(value, Mapping):
        return
    if not isinstance(wanted, dict | list | bool):
        raise SchemaDefectError("propertyNames must be a schema")
    for name in keys_in_order(value):
        yield from checker.check_child(name, wanted, place)


def _required(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    names = schema["required"]
    if value is UNDEFINED and names is True:
        yield checker.report("required", "is required", value, schema, place)
    elif isinstance(value, Mapping) and isinstance(names, list):
        for name in names:
            if text_of(name) not in value:
                yield checker.report("required", f"requires property {quoted(name)}", value, schema, place, name)


def _dependencies(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        return
    dependencies = _record(schema, "dependencies")
    for name in keys_in_order(dependencies):
        if name in value:
            needed = _present(dependencies[name], name)
            if isinstance(needed, str | list):
                names = [needed] if isinstance(needed, str) else needed
                yield from _check_needed(checker, value, schema, place, name, names)
            else:
                yield from _check_dependency(checker, value, schema, place, name, needed)


def _check_needed(
    checker: Checker, value: Mapping[str, Any], schema: Schema, place: Place, name: str, needed: list[Any]
) -> Iterator[Violation]:
    owner = property_text((*place.path, name))
    for other in map(text_of, needed):
        if other not in value:
            message = f"property {other} not found, required by {owner}"
            yield checker.report("dependencies", message, value, schema, place, owner)


def _check_dependency(
    checker: Checker, value: Any, schema: Schema, place: Place, name: str, needed: Any
) -> Iterator[Violation]:
    found = checker.check_child(value, needed, place, name)
    if found:
        owner = property_text((*place.path, name))
        message = f"does not meet dependency required by {owner}"
        yield checker.report("dependencies", message, value, schema, place, owner)
        yield from found


def _record(schema: Schema, keyword: str) -> Mapping[str, Any]:
    found = schema[keyword]
    return found if isinstance(found, Mapping) else {}


def _present(schema: Any, name: str) -> Any:
    if schema is None:
        raise SchemaDefectError(f"null stands where the schema of {quoted(name)} is expected")
    return schema


KEYWORDS: Mapping[str, Keyword] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "required": _required,
    "dependencies": _dependencies,
}
