"""All steps of a task, from the first that is not done yet to the outputs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import CallboardError, InputError
from common.identity import ANONYMOUS, Identity
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.tools import Tools
from scaffolder.execution.journal import COMPLETED, FAILED, SKIPPED, Journal, StepRecord
from scaffolder.execution.log import shorten
from scaffolder.execution.rendering import Renderer, is_truthy
from scaffolder.execution.run_step import StepWorld, ensure_known, recall_step, run_step
from scaffolder.execution.step import Step
from scaffolder.execution.stop import StepStop
from scaffolder.redaction import Redactor
from scaffolder.workspace.workspace import Workspace

logger = logging.getLogger(__name__)

API_VERSION = "scaffolder.backstage.io/v1beta3"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """``spec`` is a TaskSpec. ``watch`` is told of the Stop of the step that runs, and of None when none does."""

    task_id: str
    spec: Mapping[str, Any]
    workspace: Workspace
    journal: Journal
    tools: Tools
    redactor: Redactor
    template: TemplateInfo
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    identity: Identity = ANONYMOUS
    environment: Mapping[str, Any] = field(default_factory=dict)
    environment_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_dry_run: bool = False
    watch: Callable[[StepStop | None], None] = lambda stop: None


def run_steps(request: RunRequest) -> dict[str, Any]:
    """
    The task's outputs.

    A step that fails makes those after it skip, but for those whose condition asks for the status; then its error is
    raised. Raises StepStoppedError if the run has to end before its end.
    """
    spec = request.spec
    if spec.get("apiVersion") != API_VERSION:
        raise InputError(f"The task has apiVersion '{spec.get('apiVersion')}'; only {API_VERSION} can be run")
    steps = [Step.parse(position, step) for position, step in enumerate(spec.get("steps") or [])]
    renderer = _renderer(request)
    world = _world(request, renderer)
    earlier = request.journal.earlier_steps()
    if not earlier:
        request.journal.log(f"Starting up task with {len(steps)} steps")
        ensure_known(steps, request.journal)
    first_error: Exception | None = None
    for step in steps:
        record = earlier.get(step.position)
        if record is None:
            first_error = _run_or_skip(step, world, first_error)
        elif record.status == COMPLETED:
            recall_step(step, record.output, world)
        elif record.status == FAILED:
            renderer.has_failed = True
            first_error = first_error or EarlierError(record)
    if first_error is not None:
        raise first_error
    return render_output(spec.get("output"), renderer)


def _run_or_skip(step: Step, world: StepWorld, first_error: Exception | None) -> Exception | None:
    """The error that the task ends with, so far."""
    if first_error is not None and not _asks_for_status(step, world.renderer):
        message = f"Skipping step {step.id} because a previous step failed"
        world.journal.log(message, step_id=step.id, status=SKIPPED)
        world.journal.record(step.position, step.id, SKIPPED, {})
        return first_error
    try:
        run_step(step, world)
    except StepStoppedError as error:
        if error.reason != "timeout":
            raise
        _fail(step, world, error)
        return first_error or error
    except Exception as error:
        _fail(step, world, error)
        return first_error or error
    return first_error


def _asks_for_status(step: Step, renderer: Renderer) -> bool:
    if not isinstance(step.condition, str):
        return False
    renderer.render(step.condition, renderer.without_secrets())
    return renderer.asked_status


def _fail(step: Step, world: StepWorld, error: Exception) -> None:
    world.renderer.has_failed = True
    if not isinstance(error, CallboardError):
        logger.error("step %s failed: %s", step.action, world.redactor.redact(repr(error)))
    name, message = error_name(error), shorten(world.redactor.redact(str(error)))
    world.journal.log(f"{name}: {message}", step_id=step.id, status=FAILED)
    world.journal.record(step.position, step.id, FAILED, {"name": name, "message": message})


class EarlierError(CallboardError):
    """What made a step fail in an attempt that did not live to tell it."""

    def __init__(self, record: StepRecord) -> None:
        super().__init__(str(record.output.get("message")))
        vars(self)["name"] = str(record.output.get("name"))


def error_name(error: Exception) -> str:
    return error.name if isinstance(error, CallboardError) else "Error"


def render_output(template: Any, renderer: Renderer) -> dict[str, Any]:
    """Without secrets; links and texts whose ``if`` is false are left out."""
    output = renderer.render(template or {}, renderer.without_secrets())
    if not isinstance(output, dict):
        return {}
    for key in ("links", "text"):
        if isinstance(output.get(key), list):
            output[key] = [_without_condition(item) for item in output[key] if _is_shown(item)]
    return output


def _is_shown(item: Any) -> bool:
    return not isinstance(item, dict) or "if" not in item or is_truthy(item["if"])


def _without_condition(item: Any) -> Any:
    return {key: value for key, value in item.items() if key != "if"} if isinstance(item, dict) else item


def _renderer(request: RunRequest) -> Renderer:
    return Renderer(
        task_id=request.task_id,
        parameters=request.spec.get("parameters") or {},
        user=request.spec.get("user") or {},
        environment=request.environment,
        environment_secrets={} if request.is_dry_run else request.environment_secrets,
        secrets=request.secrets,
        integrations=request.tools.integrations,
        redactor=request.redactor,
    )


def _world(request: RunRequest, renderer: Renderer) -> StepWorld:
    return StepWorld(
        task_id=request.task_id,
        workspace=request.workspace,
        journal=request.journal,
        renderer=renderer,
        redactor=request.redactor,
        tools=request.tools,
        secrets=request.secrets,
        user=dict(request.spec.get("user") or {}),
        template=request.template,
        identity=request.identity,
        is_dry_run=request.is_dry_run,
        watch=request.watch,
    )
