"""The specification of a task: a template with the values of one user."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.entity_ref import EntityRef
from scaffolder.templates.base_url import entity_base_url

# A dry run has no entity of its own.
DRY_RUN_REF = "template:default/dry-run"


@dataclass(frozen=True, slots=True)
class TaskUser:
    """Who starts a task. ``ref`` is None for a service; ``entity`` if the catalog has none by that ref."""

    ref: str | None = None
    entity: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        shown = {"entity": self.entity, "ref": self.ref}
        return {key: value for key, value in shown.items() if value is not None}


def build_task_spec(
    template: Mapping[str, Any],
    *,
    values: Mapping[str, Any],
    user: TaskUser,
    template_info: Mapping[str, Any],
) -> dict[str, Any]:
    """In the words of Backstage's TaskSpec."""
    spec = template["spec"]
    built: dict[str, Any] = {"apiVersion": template["apiVersion"], "steps": _steps(spec["steps"])}
    if "EXPERIMENTAL_recovery" in spec:
        built["EXPERIMENTAL_recovery"] = spec["EXPERIMENTAL_recovery"]
    output = spec.get("output")
    return {
        **built,
        "output": {} if output is None else output,
        "parameters": dict(values),
        "user": user.to_json(),
        "templateInfo": dict(template_info),
    }


def _steps(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**step, "id": _or_else(step.get("id"), f"step-{number}"), "name": _or_else(step.get("name"), step["action"])}
        for number, step in enumerate(steps, start=1)
    ]


def _or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


def build_template_info(ref: EntityRef, template: Mapping[str, Any]) -> dict[str, Any]:
    """``{entityRef, baseUrl?, entity: {metadata}}`` of a template in the catalog. Raises InputError."""
    base_url = entity_base_url(template)
    info: dict[str, Any] = {"entityRef": str(ref)}
    if base_url is not None:
        info["baseUrl"] = base_url
    return {**info, "entity": {"metadata": template["metadata"]}}


def build_dry_run_info(template: Mapping[str, Any]) -> dict[str, Any]:
    """Of a template that was sent along. Where its files are, only the dry run itself knows."""
    return {"entityRef": DRY_RUN_REF, "entity": {"metadata": template["metadata"]}}


def check_actions(spec: Mapping[str, Any], known: Container[str]) -> list[str]:
    """The ids of those actions of a specification that nobody knows, each once. To be asked before anything is run."""
    named = [str(step["action"]) for step in spec["steps"]]
    return [action_id for action_id in dict.fromkeys(named) if action_id not in known]
