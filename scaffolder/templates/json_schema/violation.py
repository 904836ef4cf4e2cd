"""What a value does that its schema does not allow, and how large the answer gets that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaffolder.templates.json_schema.texts import property_text
from scaffolder.templating.values import UNDEFINED

# A violation shows the value and the schema whole, so a few of them can be longer than what was sent.
LONGEST_ANSWER = 8 * 1024 * 1024
_OWN_SIZE = 200


class SchemaDefectError(Exception):
    """The schema itself is none."""


class TooManyViolationsError(Exception):
    """What is wrong is more than fits into an answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the value, and against which URI the schema's references are read."""

    path: tuple[str | int, ...]
    base: str


@dataclass(frozen=True, slots=True)
class Violation:
    """``json`` is the API's form; ``size`` about how many characters that is."""

    json: dict[str, Any]
    size: int


class Reporter:
    """Makes violations. With ``hides_values`` they show everything but the values."""

    def __init__(self, *, hides_values: bool) -> None:
        self._hides_values = hides_values
        # The value goes along, since a number of a value that is gone may be given to another one.
        self._sizes: dict[int, tuple[Any, int]] = {}

    def report(
        self, name: str, message: str, value: Any, schema: Mapping[str, Any], place: Place, argument: Any = UNDEFINED
    ) -> Violation:
        """Raises TooManyViolationsError if it is too long to be shown."""
        located = property_text(place.path)
        json: dict[str, Any] = {"path": list(place.path), "property": located, "message": message}
        json["schema"] = schema.get("$id") or schema.get("id") or schema
        if value is not UNDEFINED:
            json["instance"] = self.shown(value)
        json["name"] = name
        if argument is not UNDEFINED:
            json["argument"] = argument
        json["stack"] = f"{located} {message}"
        size = _OWN_SIZE + 2 * len(message) + self._size_of(schema) + self._size_of(value)
        return Violation(json, bounded(size))

    def shown(self, value: Any) -> Any:
        return {} if self._hides_values else value

    def _size_of(self, value: Any) -> int:
        if isinstance(value, str):
            return len(value) + 2
        if not isinstance(value, dict | list):
            return 8
        known = self._sizes.get(id(value))
        if known is None:
            known = value, self._measure(value)
            self._sizes[id(value)] = known
        return known[1]

    def _measure(self, value: dict[str, Any] | list[Any]) -> int:
        if isinstance(value, list):
            return 2 + sum(self._size_of(item) + 1 for item in value)
        return 2 + sum(len(key) + self._size_of(item) + 4 for key, item in value.items())


def bounded(size: int) -> int:
    """The size itself. Raises TooManyViolationsError if nobody would want to read so much."""
    if size > LONGEST_ANSWER:
        raise TooManyViolationsError
    return size
