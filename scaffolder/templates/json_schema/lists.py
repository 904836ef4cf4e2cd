"""Keywords about the items of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.templates.json_schema.checker import Checker, Keyword, Schema
from scaffolder.templates.json_schema.comparing import has_duplicates
from scaffolder.templates.json_schema.violation import Place, SchemaDefectError, Violation
from scaffolder.templating.values import UNDEFINED


def _items(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if not isinstance(value, list):
        return
    for index, item in enumerate(value):
        wanted = _schema_of_item(schema, index)
        if wanted is UNDEFINED:
            continue
        if wanted is False:
            yield checker.report("items", "additionalItems not permitted", value, schema, place)
            return
        yield from checker.check_child(item, wanted, place, index)


def _schema_of_item(schema: Schema, index: int) -> Any:
    items = schema["items"]
    if not isinstance(items, list):
        return items
    return items[index] if index < len(items) else schema.get("additionalItems", UNDEFINED)


def _contains(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    wanted = schema["contains"]
    if not isinstance(value, list):
        return
    if not isinstance(wanted, dict | list | bool):
        raise SchemaDefectError("contains must be a schema")
    if all(checker.check_child(item, wanted, place, index) for index, item in enumerate(value)):
        message = "must contain an item matching given schema"
        yield checker.report("contains", message, value, schema, place, wanted)


def _unique_items(checker: Checker, value: Any, schema: Schema, place: Place) -> Iterator[Violation]:
    if schema["uniqueItems"] is True and isinstance(value, list) and has_duplicates(value, checker.budget):
        yield checker.report("uniqueItems", "contains duplicate item", value, schema, place)


KEYWORDS: Mapping[str, Keyword] = {"items": _items, "contains": _contains, "uniqueItems": _unique_items}
