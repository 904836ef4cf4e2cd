"""What keywords are given: the check that they are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from scaffolder.templates.json_schema.violation import Place, Violation
from scaffolder.templating.limits import Budget
from scaffolder.templating.values import UNDEFINED

Schema = Mapping[str, Any]


class Checker(Protocol):
    budget: Budget

    def check(self, value: Any, schema: Any, place: Place) -> list[Violation]:
        """Against a schema that belongs to the same place."""

    def check_child(self, value: Any, schema: Any, place: Place, key: str | int | None = None) -> list[Violation]:
        """Against a schema inside of the present one; ``key`` is where the value stands, if it stands deeper."""

    def report(
        self, name: str, message: str, value: Any, schema: Schema, place: Place, argument: Any = UNDEFINED
    ) -> Violation: ...

    def shown(self, value: Any) -> Any:
        """The value, or ``{}`` where values are secret."""


# The value may be UNDEFINED: a property that is not there is checked too, for ``required: true``.
Keyword = Callable[[Checker, Any, Schema, Place], Iterable[Violation]]
