"""Macros and the bodies of call blocks: what they are bound to, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass

from scaffolder.templating.building import Evaluate, Execute
from scaffolder.templating.callables import Invocable, Keywords
from scaffolder.templating.errors import LimitFault
from scaffolder.templating.names import Frame
from scaffolder.templating.scopes import Env, Run, Scope, Slots, new_slots
from scaffolder.templating.taint import Secret
from scaffolder.templating.values import UNDEFINED, SafeString, Value


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled part of a macro: parameters with their slots, defaults, and the body."""

    frame: Frame
    names: tuple[str, ...]
    slots: tuple[int, ...]
    defaults: tuple[tuple[str, Evaluate], ...]
    body: Execute
    cost: int
    takes_caller: bool


class MacroCallable(Invocable):
    """A macro, or the ``caller`` of a call block, with what it sees around it."""

    __slots__ = ("exported", "is_macro", "outer_slots", "plan", "scope")

    def __init__(self, plan: Plan, scope: Scope, exported: Scope, outer_slots: Slots | None, *, is_macro: bool) -> None:
        self.plan = plan
        self.scope = scope
        self.exported = exported
        self.outer_slots = outer_slots
        self.is_macro = is_macro

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        """What the body prints, as a safe string."""
        plan, budget = self.plan, run.budget
        budget.macro_depth += 1
        if budget.macro_depth > budget.limits.macro_depth:
            raise LimitFault(f"Template macros are nested deeper than {budget.limits.macro_depth} calls")
        budget.charge(plan.cost)
        env = Env(
            run,
            Scope(self.scope, isolated=True),
            new_slots(plan.frame.count, self.outer_slots),
            self.exported,
            exports_macros=self.is_macro,
            exports_sets=False,
        )
        bind(plan, positional, dict(keywords), env)
        text = captured(plan.body, env)
        budget.macro_depth -= 1
        return SafeString(text)


def bind(plan: Plan, positional: list[Value], keywords: Keywords, env: Env) -> None:
    """
    Give the parameters their values.

    Arguments beyond the parameters without defaults go to those with, in order; a parameter that got none is looked
    for among the keywords.
    """
    surplus = positional[len(plan.names) :]
    for (name, _), value in zip(plan.defaults, surplus, strict=False):
        keywords[name] = value
    for index, (name, slot) in enumerate(zip(plan.names, plan.slots, strict=True)):
        value = positional[index] if index < len(positional) else keywords.pop(name, UNDEFINED)
        env.scope.names[name] = value
        env.slots[slot] = value
    for name, default in plan.defaults:
        env.scope.names[name] = keywords[name] if name in keywords else default(env)
    if "caller" in keywords and not plan.takes_caller:
        env.scope.names["caller"] = keywords["caller"]


def captured(body: Execute, env: Env) -> str:
    """What the body prints; secret if anything of it is."""
    chunks: list[str] = []
    body(env, chunks)
    text = "".join(chunks)
    if env.run.tracks_secrets and any(isinstance(chunk, Secret) for chunk in chunks):
        return Secret(text)
    return text
