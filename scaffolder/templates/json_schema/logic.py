"""Keywords that combine schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.templates.json_schema.checker import Checker, Keyword, Schema
from scaffolder.templates.json_schema.scalars import is_of_type
from scaffolder.templates.json_schema.texts import property_text, schema_name, text_of
from scaffolder.templates.json_schema.violation import Place, SchemaDefectError, Violation, bounded
from scaffolder.templating.values import UNDEFINED


def _any_of(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if value is UNDEFINED:
        return
    choices = _schemas(schema, "anyOf")
    if not any(not checker.check(value, choice, place) for choice in choices):
        names = [_name_by_title(choice, index) for index, choice in enumerate(choices)]
        yield checker.report("anyOf", "is not any of " + ",".join(names), value, schema, place, names)


def _one_of(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if value is UNDEFINED:
        return
    choices = _schemas(schema, "oneOf")
    if sum(not checker.check(value, choice, place) for choice in choices) != 1:
        names = [schema_name(choice, index) for index, choice in enumerate(choices)]
        yield checker.report("oneOf", "is not exactly one from " + ",".join(names), value, schema, place, names)


def _name_by_title(schema: Any, index: int) -> str:
    """As ``anyOf`` names its choices: an id stands between angle brackets."""
    own = (schema.get("$id") or schema.get("id")) if isinstance(schema, Mapping) else None
    return f"<{text_of(own)}>" if own else schema_name(schema, index)


def _all_of(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if value is UNDEFINED:
        return
    for index, part in enumerate(_schemas(schema, "allOf")):
        found = checker.check(value, part, place)
        if found:
            yield _describe_part(checker, value, schema, place, schema_name(part, index), part, found)
            yield from found


def _describe_part(
    checker: Checker, value: Any, schema: Schema, place: Place, name: str, part: Any, found: list[Violation]
) -> Violation:
    """What is wrong with it stands beside this one, and once more inside of it."""
    result = {
        "instance": checker.shown(value),
        "schema": part,
        "options": {},
        "path": list(place.path),
        "propertyPath": property_text(place.path),
        "errors": [violation.json for violation in found],
        "disableFormat": False,
    }
    argument = {"id": name, "length": len(found), "valid": result}
    message = f"does not match allOf schema {name} with {len(found)} error[s]:"
    own = checker.report("allOf", message, value, schema, place, argument)
    return Violation(own.json, bounded(2 * own.size + sum(violation.size for violation in found)))


def _if(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if value is UNDEFINED:
        return
    condition = _schema(schema, "if")
    branch = "else" if checker.check(value, condition, place) else "then"
    if branch in schema:
        yield from checker.check_child(value, _schema(schema, branch), place)


def _not(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    """Also ``disallow``, its older name; both are looked at twice where both are there."""
    unwanted = next((schema[name] for name in ("not", "disallow") if _is_given(schema.get(name))), None)
    if value is UNDEFINED or unwanted is None:
        return
    for kind in unwanted if isinstance(unwanted, list) else [unwanted]:
        if is_of_type(checker, value, kind, place):
            own = (kind.get("$id") or kind.get("id") if isinstance(kind, Mapping) else None) or kind
            yield checker.report("not", f"is of prohibited type {text_of(own)}", value, schema, place, own)


def _is_given(unwanted: Any) -> bool:
    """An empty schema allows everything, and so prohibits everything; false and null prohibit nothing."""
    return bool(unwanted) or isinstance(unwanted, dict | list)


def _schemas(schema: Schema, name: str) -> list[Any]:
    choices = schema[name]
    if not isinstance(choices, list):
        raise SchemaDefectError(f"{name} must be a list of schemas")
    return choices


def _schema(schema: Schema, name: str) -> Any:
    found = schema[name]
    if not isinstance(found, dict | list | bool):
        raise SchemaDefectError(f"{name} must be a schema")
    return found


KEYWORDS: Mapping[str, Keyword] = {
    "anyOf": _any_of,
    "oneOf": _one_of,
    "allOf": _all_of,
    "if": _if,
    "not": _not,
    "disallow": _not,
}
