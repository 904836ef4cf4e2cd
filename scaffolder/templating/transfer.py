"""Values on their way in and out: checked, copied, and in the form that the other side expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaffolder.templating.coercion import regex_text
from scaffolder.templating.errors import Fault, LimitFault
from scaffolder.templating.limits import DEEPEST_VALUE, MOST_ENTRIES, Budget
from scaffolder.templating.numbers import number
from scaffolder.templating.taint import Secret
from scaffolder.templating.utf16 import from_units, to_units
from scaffolder.templating.values import RESERVED_NAMES, UNDEFINED, Regex, SafeString, Value, ordered_record


class Importer:
    """
    Copies plain data (as from JSON) into values of a template; what is in it twice stays one thing.

    With ``secret`` every text below becomes a Secret; texts that are one already stay one.
    """

    def __init__(self, *, secret: bool = False) -> None:
        self.secret = secret
        self.entries = 0
        self.holds_secrets = False
        self.copies: dict[int, Value] = {}
        self.open: set[int] = set()

    def copy(self, value: Any, depth: int = 1) -> Value:
        """Raises Fault for what a template cannot hold: other types, reserved keys, cycles, too much of it."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or value is UNDEFINED or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return number(value)
        if isinstance(value, Mapping | list | tuple):
            return self.container(value, depth)
        raise Fault(f"Unsupported template value of type {type(value).__name__}")

    def text(self, text: str) -> str:
        if self.secret or isinstance(text, Secret):
            self.holds_secrets = True
            return Secret(to_units(text))
        return to_units(text)

    def container(self, value: Any, depth: int) -> Value:
        self.check_size(len(value), depth)
        if id(value) in self.open:
            raise Fault("Cyclic template values are not supported")
        if id(value) in self.copies:
            return self.copies[id(value)]
        self.open.add(id(value))
        copied = self.record(value, depth) if isinstance(value, Mapping) else [self.copy(v, depth + 1) for v in value]
        self.open.discard(id(value))
        self.copies[id(value)] = copied
        return copied

    def check_size(self, size: int, depth: int) -> None:
        self.entries += size
        if self.entries > MOST_ENTRIES:
            raise LimitFault(f"Template value copies cannot exceed {MOST_ENTRIES} structured entries")
        if depth > DEEPEST_VALUE:
            raise LimitFault(f"Template value nesting cannot exceed {DEEPEST_VALUE} levels")

    def record(self, value: Mapping[Any, Any], depth: int) -> dict[str, Value]:
        return ordered_record({self.key(key): self.copy(item, depth + 1) for key, item in value.items()})

    def key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise Fault(f"Template record keys must be strings, got {type(key).__name__}")
        if key in RESERVED_NAMES:
            raise Fault(f"Template record key {key} is reserved")
        return to_units(key)


class Exporter:
    """
    Copies values for the outside, as plain data: a text for what prints as one, None for what is missing in a list,
    and without the keys of a record that are undefined. Secrets are marked in it only if asked for.
    """

    def __init__(self, budget: Budget, *, keep_secrets: bool = False) -> None:
        self.budget = budget
        self.keep_secrets = keep_secrets
        self.entries = 0

    def copy(self, value: Value, depth: int = 1) -> Any:
        """Raises Fault for what is callable, LimitFault if it is too much."""
        if isinstance(value, SafeString):
            value = value.text
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, float):
            return 0 if value == 0 else value
        if value is None or value is UNDEFINED or isinstance(value, int):
            return value
        if isinstance(value, list | dict):
            return self.container(value, depth)
        if isinstance(value, Regex):
            return regex_text(value)
        raise Fault("Callable values cannot cross the capability boundary")

    def text(self, value: str) -> str:
        text = from_units(value)
        return Secret(text) if self.keep_secrets and isinstance(value, Secret) else str(text)

    def container(self, value: Value, depth: int) -> Any:
        self.entries += len(value)
        self.budget.charge(len(value))
        if self.entries > MOST_ENTRIES:
            raise LimitFault(f"Template value copies cannot exceed {MOST_ENTRIES} structured entries")
        if depth > DEEPEST_VALUE:
            raise LimitFault(f"Template value nesting cannot exceed {DEEPEST_VALUE} levels")
        if isinstance(value, list):
            return [None if item is UNDEFINED else self.copy(item, depth + 1) for item in value]
        return {str(from_units(k)): self.copy(v, depth + 1) for k, v in value.items() if v is not UNDEFINED}


def detached(value: Value, budget: Budget, copies: dict[int, Value] | None = None) -> Value:
    """A copy that can be changed without changing the original; what is in it twice stays one thing."""
    if not isinstance(value, list | dict):
        return value
    copies = {} if copies is None else copies
    if id(value) not in copies:
        budget.charge(len(value))
        copies[id(value)] = (
            {key: detached(item, budget, copies) for key, item in value.items()}
            if isinstance(value, dict)
            else [detached(item, budget, copies) for item in value]
        )
    return copies[id(value)]
