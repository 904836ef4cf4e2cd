"""Walks a schema along a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import InputError
from scaffolder.templates.json_schema import limits, lists, logic, objects, scalars
from scaffolder.templates.json_schema.checker import Keyword
from scaffolder.templates.json_schema.extending import extended
from scaffolder.templates.json_schema.references import References, child_base
from scaffolder.templates.json_schema.violation import (
    Place,
    Reporter,
    SchemaDefectError,
    TooManyViolationsError,
    Violation,
    bounded,
)
from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget, Limits
from scaffolder.templating.values import UNDEFINED

# One check of a value against a schema costs a step, and every entry that is compared one more.
LIMITS = Limits(steps=1_000_000, seconds=1.0)
DEEPEST = 100
_NOTHING_ALLOWED: Mapping[str, Any] = {"type": []}

KEYWORDS: Mapping[str, Keyword] = {
    **limits.KEYWORDS,
    **lists.KEYWORDS,
    **logic.KEYWORDS,
    **objects.KEYWORDS,
    **scalars.KEYWORDS,
}


def schema_errors(value: Any, schema: Any, *, hides_values: bool = False) -> list[dict[str, Any]]:
    """
    What is wrong with a value, in the API's form; empty if nothing is.

    ``hides_values``: where values are secret, each violation shows ``{}`` instead.
    Raises InputError if the schema is none, or checking takes too much time, depth or room.
    """
    validation = Validation(schema, hides_values=hides_values)
    try:
        violations = validation.check(value, schema, Place((), child_base(schema, "")))
        bounded(sum(violation.size for violation in violations))
    except SchemaDefectError as defect:
        raise InputError(f"The schema cannot be used: {defect}") from None
    except TooManyViolationsError:
        raise InputError("More is wrong with the values than fits into an answer") from None
    except Fault as fault:
        raise InputError(f"The values cannot be checked against the schema: {fault.message}") from None
    return [violation.json for violation in violations]


class Validation:
    """One check of one value. ``check`` is what keywords call for the schemas in them."""

    def __init__(self, root: Any, *, hides_values: bool) -> None:
        self.budget = Budget(LIMITS)
        self._reporter = Reporter(hides_values=hides_values)
        self._references = References(root)
        self._depth = 0

    def check(self, value: Any, schema: Any, place: Place) -> list[Violation]:
        self.budget.charge()
        self._depth += 1
        if self._depth > DEEPEST:
            raise SchemaDefectError(f"it is nested more than {DEEPEST} levels deep, or refers to itself")
        try:
            return self._check(value, schema, place)
        finally:
            self._depth -= 1

    def check_child(self, value: Any, schema: Any, place: Place, key: str | int | None = None) -> list[Violation]:
        """Against a schema inside of the present one; ``key`` is where the value stands, if it stands deeper."""
        path = place.path if key is None else (*place.path, key)
        return self.check(value, schema, Place(path, child_base(schema, place.base)))

    def report(
        self, name: str, message: str, value: Any, schema: Mapping[str, Any], place: Place, argument: Any = UNDEFINED
    ) -> Violation:
        return self._reporter.report(name, message, value, schema, place, argument)

    def shown(self, value: Any) -> Any:
        return self._reporter.shown(value)

    def _check(self, value: Any, schema: Any, place: Place) -> list[Violation]:
        if isinstance(schema, bool):
            schema = {} if schema else _NOTHING_ALLOWED
        if isinstance(schema, str) and schema:
            return self._check_reference(value, schema, place)
        if not isinstance(schema, Mapping | list) and not schema:
            raise SchemaDefectError(f"{schema!r} stands where a schema is expected")
        if not isinstance(schema, Mapping):
            return []
        if schema.get("extends"):
            schema = extended(schema, lambda other: self._resolved(other, place), self.budget)
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference:
            return self._check_reference(value, reference, place)
        found: list[Violation] = []
        for name in schema:
            keyword = KEYWORDS.get(name)
            if keyword is not None:
                found.extend(keyword(self, value, schema, place))
        return found

    def _check_reference(self, value: Any, reference: str, place: Place) -> list[Violation]:
        schema, base = self._references.resolve(reference, place.base)
        return self.check(value, schema, Place(place.path, base))

    def _resolved(self, schema: Any, place: Place) -> Any:
        reference = schema if isinstance(schema, str) else schema.get("$ref") if isinstance(schema, Mapping) else None
        if isinstance(reference, str) and reference:
            return self._references.resolve(reference, place.base)[0]
        return schema
