"""One step: whether it is to run, with what, how often it is tried, and what is kept of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import NotFoundError
from common.identity import Identity
from scaffolder.access import ensure_action
from scaffolder.actions.action import Action, ActionContext, Result, TemplateInfo
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.registry import find_action
from scaffolder.actions.tools import Tools
from scaffolder.execution.example_output import example_output
from scaffolder.execution.iterations import Iteration, plan_iterations
from scaffolder.execution.journal import COMPLETED, FAILED, PROCESSING, SKIPPED, Journal
from scaffolder.execution.log import StepLogger
from scaffolder.execution.rendering import Renderer
from scaffolder.execution.step import Step
from scaffolder.execution.stop import StepStop
from scaffolder.metrics import Outcome, time_step
from scaffolder.redaction import Redactor
from scaffolder.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StepWorld:
    """What all steps of a run share. ``watch`` is told of each step's Stop while it runs, and of None after it."""

    task_id: str
    workspace: Workspace
    journal: Journal
    renderer: Renderer
    redactor: Redactor
    tools: Tools
    secrets: dict[str, str]
    user: dict[str, Any]
    template: TemplateInfo
    identity: Identity
    is_dry_run: bool
    watch: Callable[[StepStop | None], None]


def ensure_known(steps: Iterable[Step], journal: Journal) -> None:
    """
    Report unknown actions before anything runs. Raises NotFoundError.

    A step that runs on a condition may be meant for an installation that has its action; it fails in its turn.
    """
    unknown = [(step, error) for step in steps if step.condition in (None, True) and (error := _unknown(step))]
    for step, error in unknown:
        journal.log(f"{error.name}: {error.message}", step_id=step.id, status=FAILED)
    if unknown:
        raise unknown[0][1]


def _unknown(step: Step) -> NotFoundError | None:
    try:
        find_action(step.action)
    except NotFoundError as error:
        return error
    return None


def recall_step(step: Step, output: Mapping[str, Any], world: StepWorld) -> None:
    """A step that an earlier attempt has done: later ones see its outputs, and its secrets stay hidden."""
    for name in _secret_outputs(step):
        given = output.get(name, [])
        for value in given if isinstance(given, list) else [given]:
            world.redactor.add(str(value))
    world.renderer.set_output(step.id, output)


def _secret_outputs(step: Step) -> tuple[str, ...]:
    try:
        return find_action(step.action).secret_outputs
    except NotFoundError:
        return ()


def run_step(step: Step, world: StepWorld) -> None:
    """Raises what made it fail; StepStoppedError if it had to end."""
    stop = StepStop()
    world.watch(stop)
    try:
        with time_step() as outcome:
            _run(step, world, stop, outcome)
    finally:
        world.watch(None)


def _run(step: Step, world: StepWorld, stop: StepStop, outcome: Outcome) -> None:
    world.journal.log(f"Beginning step {step.name}", step_id=step.id, status=PROCESSING)
    if _is_unwanted(step, world.renderer):
        world.journal.log(
            f"Skipping step {step.id} because its if condition was false", step_id=step.id, status=SKIPPED
        )
        world.journal.record(step.position, step.id, SKIPPED, {})
        outcome.result = SKIPPED
        return
    action = find_action(step.action)
    log = StepLogger(world.journal, world.redactor, step.id)
    if world.is_dry_run and not _is_dry_runnable(step, action, world, log):
        return
    iterations = plan_iterations(step, action, world.renderer)
    for iteration in iterations:
        if iteration.wanted:
            ensure_action(world.identity, action.id, iteration.input, _known_inputs(action))
    output = _try(step, action, iterations, world, log, stop)
    stop.check()
    world.renderer.set_output(step.id, output)
    world.journal.log(f"Finished step {step.name}", step_id=step.id, status=COMPLETED)
    world.journal.record(step.position, step.id, COMPLETED, output)


def _known_inputs(action: Action) -> Mapping[str, Any] | None:
    """None if its schema does not list them all."""
    properties = (action.input or {}).get("properties")
    return properties if isinstance(properties, Mapping) else None


def _is_unwanted(step: Step, renderer: Renderer) -> bool:
    if step.condition is False:
        return True
    is_asked_once = isinstance(step.condition, str) and step.each is None
    return is_asked_once and not renderer.is_true(step.condition, renderer.without_secrets())


def _is_dry_runnable(step: Step, action: Action, world: StepWorld, log: StepLogger) -> bool:
    """Tell what would run; if it cannot be run dry, pretend that it gave the example of its schema."""
    shown = world.renderer.render(step.input, world.renderer.with_hidden_secrets()) if step.input else {}
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    log.info(f"Running {action.id} in dry-run mode with inputs (secrets redacted): {text}")
    if action.supports_dry_run:
        return True
    world.journal.log(f"Skipping because {action.id} does not support dry-run", step_id=step.id, status=SKIPPED)
    world.renderer.set_output(step.id, example_output(action.output) if action.output else {})
    return False


def _try(
    step: Step, action: Action, iterations: list[Iteration], world: StepWorld, log: StepLogger, stop: StepStop
) -> dict[str, Any]:
    """The outputs. Each try finds the workspace as the step before left it."""
    retries = 0 if world.is_dry_run else step.retries
    for tried in range(retries + 1):
        try:
            with TimeLimit(step, stop):
                return _run_iterations(step, action, iterations, world, log, stop)
        except StepStoppedError:
            raise
        except Exception as error:
            if tried == retries:
                raise
            seconds = step.backoff * 2**tried
            log.warn(f"Try {tried + 1} of {retries + 1} failed: {error}; the next one comes in {seconds:g} s")
            stop.wait(seconds)
            world.journal.restore_workspace()
    raise AssertionError("unreachable")


def _run_iterations(
    step: Step, action: Action, iterations: list[Iteration], world: StepWorld, log: StepLogger, stop: StepStop
) -> dict[str, Any]:
    output: dict[str, Any] = {}
    for iteration in iterations:
        if iteration.each is not None:
            verb = "Running" if iteration.wanted else "Skipping"
            log.info(f"{verb} step each: {iteration.described()}")
        if iteration.wanted:
            context = _context(step, action, iteration, world, log, stop, output)
            if not action.only_reads:
                world.journal.flush()
            with stop.interrupting():
                action.run(context)
    return output


def _context(
    step: Step,
    action: Action,
    iteration: Iteration,
    world: StepWorld,
    log: StepLogger,
    stop: StepStop,
    output: dict[str, Any],
) -> ActionContext:
    def give(name: str, value: Any) -> None:
        if name in action.secret_outputs:
            world.redactor.add(str(value))
        if iteration.each is None:
            output[name] = value
        else:
            output.setdefault(name, []).append(value)

    return ActionContext(
        input=iteration.input,
        workspace=world.workspace,
        log=log,
        stop=stop,
        checkpoint=StepCheckpoints(world.journal, stop, f"{step.position}.{iteration.index}"),
        output=give,
        tools=world.tools,
        secrets=world.secrets,
        user=world.user,
        template=world.template,
        identity=world.identity,
        task_id=world.task_id,
        step_id=step.id,
        step_name=step.name,
        idempotency_key=_key(world.task_id, step.position, iteration.index),
        is_dry_run=world.is_dry_run,
    )


@dataclass(frozen=True, slots=True)
class StepCheckpoints:
    journal: Journal
    stop: StepStop
    prefix: str

    def __call__(self, key: str, work: Callable[[], Result]) -> Result:
        name = f"{self.prefix}.{key}"
        kept = self.journal.read_checkpoint(name)
        if kept is None:
            made = work()
            with self.stop.held_back():
                kept = json.dumps(made)
                self.journal.store_checkpoint(name, kept)
        result: Result = json.loads(kept)
        return result


def _key(task_id: str, position: int, index: int) -> str:
    """The same whenever this piece of work is tried again, and of no other one."""
    return hashlib.sha256(f"{task_id}/{position}/{index}".encode()).hexdigest()[:32]


class TimeLimit:
    """Asks the step to end when its ``timeout`` is over."""

    def __init__(self, step: Step, stop: StepStop) -> None:
        self._timer: threading.Timer | None = None
        if step.timeout is not None:
            message = f"Step {step.id} ({step.name}) took longer than its timeout of {step.timeout:g} s"
            self._timer = threading.Timer(step.timeout, stop.request, ("timeout", message))
            self._timer.daemon = True

    def __enter__(self) -> None:
        if self._timer:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
