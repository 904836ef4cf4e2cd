"""What was concluded, and from what, as the API tells it field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["analysisSuggestedValue", "analysisSuggestedNoValue", "needsUserInput"]


@dataclass(slots=True)
class Fields:
    """In the order in which they were found."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def suggest(self, name: str, value: str, evidence: str) -> None:
        self._add(name, "analysisSuggestedValue", value, evidence)

    def leave_open(self, name: str, evidence: str) -> None:
        """There is no telling, and it is not needed."""
        self._add(name, "analysisSuggestedNoValue", None, evidence)

    def ask(self, name: str, evidence: str) -> None:
        """There is no telling, but somebody must know."""
        self._add(name, "needsUserInput", None, evidence)

    def _add(self, name: str, state: State, value: str | None, evidence: str) -> None:
        self.rows.append({"field": name, "state": state, "value": value, "description": evidence})
