"""A JSON Schema with two engines: a quick one for the verdict, an explaining one for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs

if TYPE_CHECKING:
    import jsonschema

MAX_FAULTS = 20
_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (``/spec/owner``), what, the details that the reference appends, what is there."""

    path: str
    keyword: str
    message: str
    details: str = ""
    found: Any = None

    @property
    def place(self) -> str:
        """The path as messages show it."""
        return self.path or "<root>"

    @property
    def brief(self) -> str:
        """Without the details."""
        return f"{self.place} {self.message}"

    def __str__(self) -> str:
        return f"{self.brief} - {self.details}" if self.details else self.brief


class SchemaCheck:
    """One schema. Ask ``is_valid`` first: it takes microseconds, and finding faults does not."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.is_valid = jsonschema_rs.validator_for(schema).is_valid

    @cached_property
    def _explaining(self) -> jsonschema.Draft7Validator:
        import jsonschema  # takes a twentieth of the start, and nobody needs it before something is wrong

        return jsonschema.Draft7Validator(self.schema)

    def find_faults(self, value: Any) -> list[Fault]:
        """All faults (up to 20), in the order of the schema and in the words of the reference."""
        errors = self._explaining.iter_errors(value)
        return list(islice(chain.from_iterable(map(_explain, errors)), MAX_FAULTS))


def _explain(error: jsonschema.ValidationError) -> Iterator[Fault]:
    path = "".join(f"/{_escape(str(part))}" for part in error.absolute_path)
    keyword, wanted = str(error.validator), cast(Any, error.validator_value)
    if keyword == "required":
        # One error of the library names one missing property, at the start of its text.
        missing = next(name for name in wanted if f"{name!r} is a required property" == error.message)
        yield Fault(path, keyword, f"must have required property '{missing}'", f"missingProperty: {missing}")
    elif keyword == "additionalProperties" and wanted is False:
        known = cast(dict[str, Any], error.schema).get("properties", {})
        for name in cast(dict[str, Any], error.instance).keys() - known.keys():
            yield Fault(path, keyword, "must NOT have additional properties", f"additionalProperty: {name[:_MAX_NAME]}")
    elif keyword == "type":
        types = ",".join(wanted if isinstance(wanted, list) else [wanted])
        yield Fault(path, keyword, f"must be {types}", f"type: {types}", error.instance)
    elif keyword in _LIMITS:
        yield Fault(path, keyword, _LIMITS[keyword].format(wanted), f"limit: {wanted}")
    elif keyword == "enum":
        yield Fault(path, keyword, "must be equal to one of the allowed values", f"allowedValues: {','.join(wanted)}")
    elif keyword == "pattern":
        yield Fault(path, keyword, f'must match pattern "{wanted}"', f"pattern: {wanted}")
    elif keyword == "oneOf":
        yield from chain.from_iterable(map(_explain, error.context or ()))
        yield Fault(path, keyword, "must match exactly one schema in oneOf", "passingSchemas: null")
    else:
        yield Fault(path, keyword, error.message)


_LIMITS = {
    "minLength": "must NOT have fewer than {} characters",
    "maxLength": "must NOT have more than {} characters",
    "minItems": "must NOT have fewer than {} items",
}


def _escape(part: str) -> str:
    return part[:_MAX_NAME].replace("~", "~0").replace("/", "~1")
