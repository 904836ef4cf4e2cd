"""Running a template without any effect: its files, log and outputs are handed back, and nothing is kept."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from common.identity import ANONYMOUS, Identity
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.tools import default_tools
from scaffolder.execution.journal import StepRecord
from scaffolder.execution.run import RunRequest, run_steps
from scaffolder.execution.stop import StepStop
from scaffolder.redaction import Redactor
from scaffolder.settings import scaffolder_settings
from scaffolder.workspace.folders import make_workspace, remove_workspace
from scaffolder.workspace.snapshot import ensure_within_quota
from scaffolder.workspace.workspace import Workspace

LONGEST_SECONDS = 120.0
TEMPLATE_FILE = "template.yaml"


@dataclass(frozen=True, slots=True)
class DryRunRequest:
    """
    ``spec`` is a TaskSpec. ``directory_contents`` are the files beside the template: path and content.

    ``secrets`` are the caller's own; those of the configuration are never given to a dry run.
    """

    spec: Mapping[str, Any]
    template_info: TemplateInfo
    directory_contents: Sequence[tuple[str, bytes]] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    identity: Identity = ANONYMOUS


@dataclass(frozen=True, slots=True)
class DryRunFile:
    path: str
    is_executable: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class DryRunResult:
    """``log``: ``[{"body": {"message", "stepId"?, "status"?}}]``, as the API has it."""

    log: list[dict[str, Any]]
    files: list[DryRunFile]
    output: dict[str, Any]


def dry_run(request: DryRunRequest) -> DryRunResult:
    """Raises the error that a step failed with."""
    redactor = Redactor(str(secret) for secret in request.secrets.values())
    with dry_run_folders(request) as folders:
        journal = ListJournal(folders.workspace)
        output = run_in(folders, request, journal=journal, redactor=redactor)
        return DryRunResult(log=journal.lines, files=folders.read_files(), output=output)


@dataclass(frozen=True, slots=True)
class DryRunFolders:
    """``beside`` holds what lies beside the template."""

    run_id: str
    workspace: Workspace
    beside: Workspace

    def read_files(self) -> list[DryRunFile]:
        """Those of the workspace."""
        entries = [entry for entry in self.workspace.walk() if not entry.is_folder]
        return [DryRunFile(entry.path, entry.is_executable, self.workspace.read_bytes(entry.path)) for entry in entries]


@contextmanager
def dry_run_folders(request: DryRunRequest) -> Iterator[DryRunFolders]:
    """They are removed at the end, however the run ends."""
    folder, run_id = scaffolder_settings().workspaces, str(uuid.uuid4())
    beside = make_workspace(folder, run_id, prefix="dry-run")
    workspace = make_workspace(folder, run_id, prefix="dry-run")
    try:
        for path, content in request.directory_contents:
            beside.write_bytes(path, content)
        yield DryRunFolders(run_id, workspace, beside)
    finally:
        remove_workspace(beside)
        remove_workspace(workspace)


def run_in(
    folders: DryRunFolders, request: DryRunRequest, *, journal: ListJournal, redactor: Redactor
) -> dict[str, Any]:
    """The outputs, redacted. Raises the error that a step failed with."""
    base_url = Path(folders.beside.root, TEMPLATE_FILE).as_uri()
    with Deadline(LONGEST_SECONDS) as deadline:
        output = run_steps(
            RunRequest(
                task_id=f"dry-run-{folders.run_id}",
                spec=request.spec,
                workspace=folders.workspace,
                journal=journal,
                tools=default_tools(),
                redactor=redactor,
                template=replace(request.template_info, base_url=base_url),
                secrets=dict(request.secrets),
                identity=request.identity,
                environment=scaffolder_settings().environment_parameters,
                is_dry_run=True,
                watch=deadline.steps,
            )
        )
    redacted: dict[str, Any] = redactor.redact_value(output)
    return redacted


class ListJournal:
    """A journal that ends with the run."""

    def __init__(self, workspace: Workspace) -> None:
        self.lines: list[dict[str, Any]] = []
        self._workspace = workspace
        self._checkpoints: dict[str, str] = {}

    def earlier_steps(self) -> Mapping[int, StepRecord]:
        return {}

    def log(self, message: str, *, step_id: str | None = None, status: str | None = None) -> None:
        body = {"stepId": step_id, "status": status, "message": message}
        self.lines.append({"body": {key: value for key, value in body.items() if value is not None}})

    def record(self, position: int, step_id: str, status: str, output: Mapping[str, Any]) -> None:
        settings = scaffolder_settings()
        ensure_within_quota(
            self._workspace, max_bytes=settings.max_workspace_bytes, max_files=settings.max_workspace_files
        )

    def flush(self) -> None:
        """Everything is where it belongs at once."""

    def read_checkpoint(self, key: str) -> str | None:
        return self._checkpoints.get(key)

    def store_checkpoint(self, key: str, value: str) -> None:
        self._checkpoints[key] = value

    def restore_workspace(self) -> None:
        """Nothing is tried again in a dry run, so there is never anything to go back to."""


class Deadline:
    """Ends a run that takes too long. Use it as a context."""

    def __init__(self, seconds: float) -> None:
        self._message = f"The dry run took longer than {seconds:g} s"
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._is_over = False
        self._step: StepStop | None = None

    def steps(self, stop: StepStop | None) -> None:
        self._step = stop
        if stop is not None and self._is_over:
            stop.request("task-timeout", self._message)

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self._is_over = True
        if self._step is not None:
            self._step.request("task-timeout", self._message)
