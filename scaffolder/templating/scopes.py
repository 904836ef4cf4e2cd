"""
Where a running template keeps its variables.

Two stores, as in the language's original: **slots**, numbered when the template is compiled, for loop variables,
macro parameters and macro names where the text shows which is meant; and **scopes** by name for everything else.
Which one a name reads can differ from what a reader expects, and templates depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scaffolder.templating.limits import Budget
from scaffolder.templating.values import UNDEFINED, Value

Slots = list[Any]
Function = Callable[..., Value]


class Scope:
    """Names within a part of the template. An isolated scope keeps what is set in it to itself."""

    __slots__ = ("isolated", "names", "parent")

    def __init__(self, parent: Scope | None, *, isolated: bool) -> None:
        self.names: dict[str, Value] = {}
        self.parent = parent
        self.isolated = isolated

    def find(self, name: str) -> Scope | None:
        """The nearest scope that has the name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope

    def assign(self, name: str, value: Value) -> None:
        """Set the name where it was set before, as far as isolation lets us see; else here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                scope.names[name] = value
                return
            if scope.isolated:
                break
            scope = scope.parent
        self.names[name] = value


class Run:
    """What one render works with."""

    __slots__ = ("budget", "context", "filters", "functions", "on_secret", "reveals", "tracks_secrets", "values")

    def __init__(
        self,
        context: dict[str, Value],
        budget: Budget,
        *,
        filters: Mapping[str, Function],
        functions: Mapping[str, Value],
        values: Mapping[str, Value],
        on_secret: Callable[[str], None] | None,
        tracks_secrets: bool,
    ) -> None:
        self.context = context
        self.budget = budget
        self.filters = filters
        self.functions = functions
        self.values = values
        self.on_secret = on_secret
        self.tracks_secrets = tracks_secrets
        # Set once a number was read out of a secret: whatever is printed may then spell it.
        self.reveals = False

    def secret_shown(self, text: str) -> None:
        if self.on_secret is not None and text:
            self.on_secret(text)


class Env:
    """
    The place in a run that code is evaluated at.

    ``slots[0]`` is the frame of the caller body's surroundings, else None. What a macro sees by name is
    ``exported``, and what the root sets goes there too.
    """

    __slots__ = ("budget", "exported", "exports_macros", "exports_sets", "run", "scope", "slots")

    def __init__(
        self, run: Run, scope: Scope, slots: Slots, exported: Scope, *, exports_macros: bool, exports_sets: bool
    ) -> None:
        self.run = run
        self.budget = run.budget
        self.scope = scope
        self.slots = slots
        self.exported = exported
        self.exports_macros = exports_macros
        self.exports_sets = exports_sets

    def within(self, scope: Scope) -> Env:
        """The same place in another scope."""
        return Env(
            self.run,
            scope,
            self.slots,
            self.exported,
            exports_macros=self.exports_macros,
            exports_sets=self.exports_sets,
        )

    def in_loop(self, scope: Scope) -> Env:
        """The inside of a loop, from where nothing is exported."""
        return Env(self.run, scope, self.slots, self.exported, exports_macros=False, exports_sets=False)


def new_slots(count: int, outer: Slots | None = None) -> Slots:
    return [outer, *[UNDEFINED] * count]
