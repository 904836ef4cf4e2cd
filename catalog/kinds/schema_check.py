"""A JSON Schema with two engines: a quick one for the verdict, an explaining one for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema
import jsonschema_rs

MAX_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (``/spec/owner``), what, and the details that the reference appends."""

    path: str
    keyword: str
    message: str
    details: str = ""

    @property
    def place(self) -> str:
        return self.path or "<root>"

    def __str__(self) -> str:
        return f"{self.place} {self.message}" + (f" - {self.details}" if self.details else "")


class SchemaCheck:
    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.is_valid = jsonschema_rs.validator_for(schema).is_valid

    @cached_property
    def _explaining(self) -> jsonschema.Draft7Validator:
        return jsonschema.Draft7Validator(self.schema)

    def find_faults(self, value: Any) -> list[Fault]:
        """All faults (up to 20), in the order of the schema and in the words of the reference. Slow: ask is_valid first."""
        faults: list[Fault] = []
        for error in self._explaining.iter_errors(value):
            faults += _explain(error)
            if len(faults) >= MAX_FAULTS:
                break
        return faults[:MAX_FAULTS]


def _explain(error: jsonschema.ValidationError) -> Iterator[Fault]:
    path = "".join(f"/{_escape(str(part))}" for part in error.absolute_path)
    keyword, wanted = str(error.validator), error.validator_value
    if keyword == "required":
        # One error of the library names one missing property, at the end of its own list.
        missing = next(name for name in wanted if f"{name!r} is a required property" == error.message)
        yield Fault(path, keyword, f"must have required property '{missing}'", f"missingProperty: {missing}")
    elif keyword == "additionalProperties" and wanted is False:
        known = error.schema.get("properties", {})
        for name in (name for name in error.instance if name not in known):
            yield Fault(path, keyword, "must NOT have additional properties", f"additionalProperty: {name}")
    elif keyword == "type":
        types = wanted if isinstance(wanted, list) else [wanted]
        yield Fault(path, keyword, f"must be {','.join(types)}", f"type: {','.join(types)}")
    elif keyword in _LIMITS:
        yield Fault(path, keyword, _LIMITS[keyword].format(wanted), f"limit: {wanted}")
    elif keyword == "enum":
        yield Fault(path, keyword, "must be equal to one of the allowed values", f"allowedValues: {','.join(wanted)}")
    elif keyword == "pattern":
        yield Fault(path, keyword, f'must match pattern "{wanted}"', f"pattern: {wanted}")
    elif keyword == "oneOf":
        for inner in error.context or ():
            yield from _explain(inner)
        yield Fault(path, keyword, "must match exactly one schema in oneOf", "passingSchemas: null")
    else:
        yield Fault(path, keyword, error.message)


_LIMITS = {
    "minLength": "must NOT have fewer than {} characters",
    "maxLength": "must NOT have more than {} characters",
    "minItems": "must NOT have fewer than {} items",
}


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
