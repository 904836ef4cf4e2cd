"""
Which fields there are depends on what was filled in: ``dependencies``, ``if``, ``allOf``. Pure.

A condition that cannot be read does not hold.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from common.errors import InputError
from portal.form.schema import Json, Schema, follow_reference, record, sequence, texts
from scaffolder.templates.json_schema import schema_errors

# How many schemas one form may look into, and for how long. It bounds what a hostile template can cost.
MAX_LOOKS = 20_000
MAX_SECONDS = 2.0
MAX_DEPTH = 8
CONDITIONAL = ("allOf", "if", "then", "else", "dependencies", "dependentSchemas", "dependentRequired")


@dataclass(slots=True)
class Patience:
    """How many more looks a form is worth; all its pages share it."""

    looks_left: int = MAX_LOOKS
    ends_at: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)

    def is_over(self) -> bool:
        self.looks_left -= 1
        return self.looks_left < 0 or time.monotonic() > self.ends_at


@dataclass(frozen=True, slots=True)
class Conditions:
    """``root`` is where references start from."""

    root: Schema
    patience: Patience = field(default_factory=Patience)

    def apply(self, schema: Schema, value: Json) -> Schema:
        """The schema as it is for this value: without conditions, and with whatever they brought in."""
        if self.patience.is_over():
            return schema
        schema = follow_reference(schema, self.root)
        plain = {key: part for key, part in schema.items() if key not in CONDITIONAL}
        for part in self._brought_in(schema, value):
            plain = merge(plain, self.apply(part, value))
        return plain

    def apply_deep(self, schema: Schema, value: Json, depth: int = 0) -> Schema:
        """The same with the objects in it. Faults by such a schema are those of single fields."""
        plain = self.apply(schema, value)
        properties = record(plain.get("properties"))
        if not properties or depth >= MAX_DEPTH:
            return plain
        inner = {
            key: self.apply_deep(part, record(value).get(key), depth + 1) if isinstance(part, dict) else part
            for key, part in properties.items()
        }
        return {**plain, "properties": inner}

    def _brought_in(self, schema: Schema, value: Json) -> list[Schema]:
        found = [record(part) for part in sequence(schema.get("allOf"))]
        if "if" in schema:
            found.append(record(schema.get("then" if self._holds(schema["if"], value) else "else")))
        for name in ("dependencies", "dependentSchemas", "dependentRequired"):
            for key, dependent in record(schema.get(name)).items():
                if key in record(value):
                    found.append(self._depending(key, dependent, value))
        return [part for part in found if part]

    def _depending(self, key: str, dependent: Json, value: Json) -> Schema:
        """What a filled-in ``key`` brings: names that become required, a schema, or one of several by its value."""
        if isinstance(dependent, list):
            return {"required": texts(dependent)}
        brought = record(dependent)
        if "oneOf" not in brought:
            return brought
        rest = {name: part for name, part in brought.items() if name != "oneOf"}
        return merge(rest, self._chosen(key, sequence(brought["oneOf"]), value))

    def _chosen(self, key: str, options: list[Json], value: Json) -> Schema:
        for option in options:
            option = follow_reference(record(option), self.root)
            properties = record(option.get("properties"))
            if key in properties and self._holds({"properties": {key: properties[key]}}, value):
                others = {name: part for name, part in properties.items() if name != key}
                return {**option, "properties": others}
        return {}

    def _holds(self, condition: Json, value: Json) -> bool:
        if not isinstance(condition, dict | bool) or self.patience.is_over():
            return False
        definitions = {name: self.root[name] for name in ("definitions", "$defs") if name in self.root}
        try:
            return not schema_errors(value, {**definitions, **condition} if isinstance(condition, dict) else condition)
        except InputError:
            return False


def merge(below: Schema, above: Schema) -> Schema:
    """Records are merged, names that are required add up; of all else the upper one counts."""
    merged = dict(below)
    for key, value in above.items():
        if key == "required":
            merged[key] = list(dict.fromkeys([*texts(below.get(key)), *texts(value)]))
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged
