"""Tasks run in this process, as a worker would run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from scaffolder.actions.action import Action, ActionContext
from scaffolder.actions.registry import find_action
from scaffolder.models import Task
from scaffolder.settings import ScaffolderSettings, scaffolder_settings
from scaffolder.tasks.claim import claim_task
from scaffolder.tasks.create import NewTask, create_task
from scaffolder.tasks.events import events_after
from scaffolder.tasks.run import run_task

LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Ended:
    """A task after its run, and all its events."""

    task: Task
    events: list[dict[str, Any]]

    @property
    def status(self) -> str:
        return self.task.status

    @property
    def statuses(self) -> list[tuple[str, str]]:
        bodies = [event["body"] for event in self.events if event["type"] == "log"]
        return [(body["stepId"], body["status"]) for body in bodies if "status" in body]

    @property
    def completion(self) -> dict[str, Any]:
        return next(event["body"] for event in self.events if event["type"] == "completion")

    @property
    def output(self) -> dict[str, Any]:
        return self.completion["output"]

    @property
    def error(self) -> dict[str, str]:
        return self.completion["error"]

    @property
    def text(self) -> str:
        return "\n".join(str(event["body"]) for event in self.events)


def make_spec(
    steps: list[Mapping[str, Any]],
    *,
    values: Mapping[str, Any] | None = None,
    output: Mapping[str, Any] | None = None,
    base_url: str | None = None,
    user: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    named = [{"id": f"step-{number}", "name": step["action"], **step} for number, step in enumerate(steps, start=1)]
    info = {"entityRef": "template:default/t", "entity": {"metadata": {"name": "t"}}}
    if base_url is not None:
        info["baseUrl"] = base_url
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "steps": named,
        "output": dict(output or {}),
        "parameters": dict(values or {}),
        "user": dict(user or {}),
        "templateInfo": info,
    }


def new_task(steps: list[Mapping[str, Any]], *, secrets: Mapping[str, str] | None = None, **spec: Any) -> str:
    return create_task(NewTask(make_spec(steps, **spec), secrets=secrets or {})).id


def run_next(settings: ScaffolderSettings | None = None) -> Ended:
    """Claim the oldest due task and run it."""
    settings = settings or scaffolder_settings()
    task = claim_task(settings.lease, is_recovering=True)
    assert task is not None, "no task is due"
    run_task(task, settings)
    return ended(task.id)


def ended(task_id: str) -> Ended:
    return Ended(Task.objects.get(id=task_id), events_after(task_id, None))


def run_template(steps: list[Mapping[str, Any]], *, secrets: Mapping[str, str] | None = None, **spec: Any) -> Ended:
    """Create a task of these steps and run it. ``spec``: values, output, base_url, user."""
    new_task(steps, secrets=secrets, **spec)
    return run_next()


@contextmanager
def with_actions(*actions: Action, **handlers: Callable[[ActionContext], None]) -> Iterator[None]:
    """Further actions; of handlers, ``test_<name>`` becomes the id ``test:<name>``."""
    ours = {action.id: action for action in actions}
    for name, handler in handlers.items():
        action_id = name.replace("_", ":", 1)
        ours[action_id] = Action(id=action_id, description="", run=handler, supports_dry_run=True)

    def find(action_id: str) -> Action:
        return ours.get(action_id) or find_action(action_id)

    with mock.patch("scaffolder.execution.run_step.find_action", find):
        yield
