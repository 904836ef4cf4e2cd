"""A step's pieces of work: one, or one for each entry of what its ``each`` gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import InputError
from scaffolder.actions.action import Action
from scaffolder.execution.rendering import Renderer
from scaffolder.execution.step import Step
from scaffolder.templates.json_schema import schema_errors
from scaffolder.templating.context import Context
from scaffolder.templating.values import UNDEFINED


@dataclass(frozen=True, slots=True)
class Iteration:
    """``each`` is ``{"key", "value"}``, or None for the only one. What is not ``wanted`` is not run."""

    index: int
    input: Mapping[str, Any]
    each: Mapping[str, Any] | None = None
    wanted: bool = True

    def described(self) -> str:
        """For the log: what lies deeper is only named."""
        shown = {key: _short(value) for key, value in (self.each or {}).items()}
        return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)


def plan_iterations(step: Step, action: Action, renderer: Renderer) -> list[Iteration]:
    """All of them, with their inputs checked, before any is run. Raises InputError."""
    context = renderer.with_secrets()
    if step.each is None:
        iterations = [Iteration(0, _input(step, renderer, context))]
    else:
        entries = _entries(step, action, renderer, context)
        iterations = [
            _iteration(index, step, key, value, renderer, context) for index, (key, value) in enumerate(entries)
        ]
    for iteration in iterations:
        if iteration.wanted:
            _check(iteration, action)
    return iterations


def _entries(step: Step, action: Action, renderer: Renderer, context: Context) -> list[tuple[str, Any]]:
    each = renderer.render(step.each, context, keep_secrets=True)
    if each is UNDEFINED:
        raise InputError(
            f'Invalid value on action {action.id}.each parameter, "{_text(step.each)}" cannot be resolved to a value'
        )
    if isinstance(each, Mapping):
        return list(each.items())
    if isinstance(each, list):
        return [(str(index), value) for index, value in enumerate(each)]
    raise InputError(f"Invalid value on action {action.id}.each parameter, must resolve to an array or object")


def _iteration(index: int, step: Step, key: str, value: Any, renderer: Renderer, context: Context) -> Iteration:
    each = {"key": key, "value": value}
    inner = context.with_value(["each"], each)
    wanted = not step.condition or renderer.is_true(step.condition, inner)
    return Iteration(index, _input(step, renderer, inner), each, wanted)


def _input(step: Step, renderer: Renderer, context: Context) -> Mapping[str, Any]:
    given = renderer.render(step.input, context) if step.input else {}
    return {} if given is None or given is UNDEFINED else given


def _check(iteration: Iteration, action: Action) -> None:
    if not action.input:
        return
    errors = schema_errors(iteration.input, action.input)
    if errors:
        name = action.id if iteration.each is None else f"{action.id}[{iteration.each['key']}]"
        faults = ", ".join(str(error["stack"]) for error in errors)
        raise InputError(f"Invalid input passed to action {name}, {faults}")


def _short(value: Any) -> str:
    """As JavaScript makes a text of it."""
    if isinstance(value, list):
        return ",".join("" if item is None else _short(item) for item in value)
    if isinstance(value, Mapping):
        return "[object Object]"
    return value if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
