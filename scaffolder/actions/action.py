"""
What an action is, and what it is given when a step calls it.

    ACTION = Action(
        id="debug:log",
        description="Writes a message into the log",
        run=log_message,
        input={"type": "object", "properties": {"message": {"type": "string"}}},
        supports_dry_run=True,
    )

One file for each action. ``run`` raises a CallboardError for what a user can mend; any other exception is a fault of
ours, which fails the step as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from common.identity import ANONYMOUS, Identity
from scaffolder.actions.tools import Tools
from scaffolder.workspace.workspace import Workspace

Json = Any
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Example:
    """``example`` is YAML text with ``steps``."""

    description: str
    example: str


class StepLog(Protocol):
    """The step's part of the task's log. Redacted and limited in length on its way."""

    def debug(self, message: str) -> None: ...
    def info(self, message: str) -> None: ...
    def warn(self, message: str) -> None: ...
    def error(self, message: str) -> None: ...


class Stop(Protocol):
    """Says when the step has to end: it was cancelled, took too long, or its lease was lost."""

    def is_set(self) -> bool: ...

    def check(self) -> None:
        """Raises StepStoppedError if it has."""

    def wait(self, seconds: float) -> None:
        """Sleep so long. Raises StepStoppedError as soon as the step has to end."""


class Checkpoints(Protocol):
    """What of this step must not be done twice, kept beyond the death of any process."""

    def __call__(self, key: str, work: Callable[[], Result]) -> Result:
        """The result of ``work``, JSON: of an earlier attempt if there is one, else run and stored before it returns."""


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    """``base_url`` is what relative URLs of the template start from: a ``url`` or ``file:`` URL, or nothing."""

    entity_ref: str
    base_url: str | None
    entity: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ActionContext:
    """
    ``input`` is rendered and checked against the action's schema. ``secrets`` are the user's own.

    ``idempotency_key`` is the same each time this very piece of work (task, step, iteration) is tried again.
    ``user`` is ``{"entity", "ref"}``, either may be absent. ``identity`` is who started the task: ask
    ``common.identity.ensure_allowed`` before anything is done in our own plugins on his behalf.
    """

    input: Mapping[str, Json]
    workspace: Workspace
    log: StepLog
    stop: Stop
    checkpoint: Checkpoints
    output: Callable[[str, Json], None]
    tools: Tools
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: Mapping[str, Json] = field(default_factory=dict)
    template: TemplateInfo = field(default_factory=lambda: TemplateInfo("", None, {}))
    identity: Identity = ANONYMOUS
    task_id: str = ""
    step_id: str = ""
    step_name: str = ""
    idempotency_key: str = ""
    is_dry_run: bool = False


Handler = Callable[[ActionContext], None]


@dataclass(frozen=True, slots=True)
class Action:
    """
    ``input`` and ``output`` are JSON Schemas (draft 7), as ``GET /v2/actions`` shows them; empty: anything.

    ``secret_outputs`` names the outputs that no log and no event may show, such as a token that was just made.
    ``only_reads``: nobody could tell if it was done twice, so the step before need not be recorded first.
    """

    id: str
    description: str
    run: Handler
    input: Mapping[str, Json] = field(default_factory=dict)
    output: Mapping[str, Json] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    supports_dry_run: bool = False
    only_reads: bool = False
    secret_outputs: tuple[str, ...] = ()
