"""``extends``, of drafts before 4: another schema laid under this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scaffolder.templates.json_schema.violation import SchemaDefectError
from scaffolder.templating.limits import Budget


def extended(schema: Mapping[str, Any], resolve: Callable[[Any], Any], budget: Budget) -> Mapping[str, Any]:
    """The schema with what it extends merged in. ``resolve`` follows references."""
    others = schema["extends"]
    merged: Any = schema
    for other in others if isinstance(others, list) else [others]:
        merged = _merge(merged, resolve(other), budget)
    return merged  # type: ignore[no-any-return]


def _merge(target: Any, source: Any, budget: Budget) -> Any:
    budget.charge()
    if source is None:
        raise SchemaDefectError("null stands where a schema is expected")
    if isinstance(source, list):
        return _merge_lists(target if isinstance(target, list) else [target] if target else [], source, budget)
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in source.items() if isinstance(source, Mapping) else ():
        known = merged.get(key)
        merged[key] = _merge(known, value, budget) if isinstance(value, dict | list) and known else value
    return merged


def _merge_lists(target: list[Any], source: list[Any], budget: Budget) -> list[Any]:
    merged = list(target)
    for index, value in enumerate(source):
        if isinstance(value, dict | list):
            item = _merge(target[index] if index < len(target) else None, value, budget)
            merged[index : index + 1] = [item]
        elif value not in target:
            merged.append(value)
    return merged
