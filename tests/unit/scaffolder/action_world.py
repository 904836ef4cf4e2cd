"""A world for one action: a workspace in a temporary folder, a log that is kept, checkpoints in memory."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema

from common.app_config import AppConfig
from common.identity import ANONYMOUS, Identity
from scaffolder.actions.action import Action, ActionContext, TemplateInfo
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.tools import Tools
from scaffolder.workspace.workspace import Workspace


@dataclass
class KeptLog:
    lines: list[tuple[str, str]] = field(default_factory=list)

    def debug(self, message: str) -> None:
        self.lines.append(("debug", message))

    def info(self, message: str) -> None:
        self.lines.append(("info", message))

    def warn(self, message: str) -> None:
        self.lines.append(("warn", message))

    def error(self, message: str) -> None:
        self.lines.append(("error", message))

    @property
    def text(self) -> str:
        return "\n".join(message for _, message in self.lines)


class EventStop:
    def __init__(self) -> None:
        self.event = threading.Event()

    def is_set(self) -> bool:
        return self.event.is_set()

    def check(self) -> None:
        if self.event.is_set():
            raise StepStoppedError("cancelled", "The step was cancelled")

    def wait(self, seconds: float) -> None:
        self.event.wait(seconds)
        self.check()


class NoWaiting(EventStop):
    """Waiting takes no time; ``waited`` lists for how many seconds it would have."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.check()


class KeptCheckpoints:
    """``values`` survives as a database would keep it: hand the same dict to the next run."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def __call__(self, key: str, work: Callable[[], Any]) -> Any:
        if key not in self.values:
            self.values[key] = json.dumps(work())
        return json.loads(self.values[key])


@dataclass
class Ran:
    workspace: Workspace
    outputs: dict[str, Any]
    log: KeptLog
    checkpoints: dict[str, str]

    @property
    def files(self) -> dict[str, bytes]:
        entries = [entry for entry in self.workspace.walk() if not entry.is_folder]
        return {entry.path: self.workspace.read_bytes(entry.path) for entry in entries}


def run_action(
    action: Action,
    input: Mapping[str, Any],
    *,
    files: Mapping[str, str | bytes] | None = None,
    secrets: Mapping[str, str] | None = None,
    config: Mapping[str, Any] | None = None,
    template: TemplateInfo | None = None,
    tools: Tools | None = None,
    checkpoints: dict[str, str] | None = None,
    stop: EventStop | None = None,
    user: Mapping[str, Any] | None = None,
    identity: Identity = ANONYMOUS,
    is_dry_run: bool = False,
    workspace: Workspace | None = None,
) -> Ran:
    """Check the input against the action's schema, then run it. Raises what the action raises."""
    jsonschema.validate(dict(input), dict(action.input))
    workspace = workspace or Workspace(Path(tempfile.mkdtemp(prefix="callboard-action-")))
    for path, content in (files or {}).items():
        workspace.write_bytes(path, content.encode() if isinstance(content, str) else content)
    kept = {} if checkpoints is None else checkpoints
    ran = Ran(workspace, {}, KeptLog(), kept)
    action.run(
        ActionContext(
            input=input,
            workspace=workspace,
            log=ran.log,
            stop=stop or EventStop(),
            checkpoint=KeptCheckpoints(kept),
            output=ran.outputs.__setitem__,
            tools=tools or Tools.from_app_config(AppConfig.from_dict(config or {})),
            secrets=secrets or {},
            user=user or {},
            identity=identity,
            template=template or TemplateInfo("template:default/t", None, {}),
            task_id="00000000-0000-4000-8000-000000000000",
            step_id="step",
            step_name="Step",
            idempotency_key="key-of-this-step",
            is_dry_run=is_dry_run,
        )
    )
    return ran
