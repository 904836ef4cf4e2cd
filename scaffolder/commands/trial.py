"""Running a template that somebody is writing: dry, and telling how far it came even if it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import InputError
from common.migrations import ensure_migrated
from common.permissions import OPERATOR
from scaffolder.actions.action import TemplateInfo
from scaffolder.commands.given import GivenTemplate
from scaffolder.dry_run import DryRunFile, DryRunRequest, ListJournal, dry_run_folders, run_in
from scaffolder.execution.run import error_name
from scaffolder.redaction import Redactor
from scaffolder.templates.parameters import find_secret_errors, find_value_errors
from scaffolder.templates.task_spec import TaskUser, build_dry_run_info, build_task_spec
from scaffolder.workspace.workspace import Workspace

Body = dict[str, Any]
OnLine = Callable[[Body], None]


@dataclass(slots=True)
class Trial:
    """``error`` is ``{"name", "message"}``, None if the run completed. ``statuses`` are those of the steps by id."""

    log: list[Body] = field(default_factory=list)
    files: list[DryRunFile] = field(default_factory=list)
    output: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    error: dict[str, str] | None = None


class TrialJournal(ListJournal):
    """Tells each line at once."""

    def __init__(self, workspace: Workspace, trial: Trial, on_line: OnLine) -> None:
        super().__init__(workspace)
        self._trial = trial
        self._on_line = on_line

    def log(self, message: str, *, step_id: str | None = None, status: str | None = None) -> None:
        super().log(message, step_id=step_id, status=status)
        body = self.lines[-1]["body"]
        self._trial.log.append(body)
        if step_id is not None and status is not None:
            self._trial.statuses[step_id] = status
        self._on_line(body)


def try_template(
    given: GivenTemplate,
    *,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    on_line: OnLine = lambda body: None,
) -> Trial:
    """Whatever goes wrong in the template or its values is in the result."""
    trial = Trial()
    redactor = Redactor(secrets.values())
    try:
        check_values(values, secrets, given.template)
        _run(given, values, secrets, redactor, trial, on_line)
    except Exception as error:
        trial.error = {"name": error_name(error), "message": redactor.redact(str(error))}
    return trial


def check_values(values: Mapping[str, Any], secrets: Mapping[str, str], template: Mapping[str, Any]) -> None:
    """Raises InputError that names every field in which something is wrong."""
    faults = [_describe(error) for error in find_value_errors(values, template)]
    faults = faults or [str(error["message"]) for error in find_secret_errors(secrets, template)]
    if faults:
        raise InputError("; ".join(dict.fromkeys(faults)))


def _describe(error: Mapping[str, Any]) -> str:
    """``property`` is ``instance`` and a path below it."""
    field = str(error["property"]).removeprefix("instance").removeprefix(".")
    return f"{field or 'the form'} {error['message']}"


def _run(
    given: GivenTemplate,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    redactor: Redactor,
    trial: Trial,
    on_line: OnLine,
) -> None:
    info = build_dry_run_info(given.template)
    spec = build_task_spec(given.template, values=values, user=TaskUser(), template_info=info)
    if any(step["action"] == "catalog:fetch" for step in spec["steps"]):
        ensure_migrated()
    request = DryRunRequest(
        spec=spec,
        template_info=TemplateInfo(info["entityRef"], None, info["entity"]),
        directory_contents=given.files,
        secrets=secrets,
        identity=OPERATOR,
    )
    with dry_run_folders(request) as folders:
        journal = TrialJournal(folders.workspace, trial, on_line)
        try:
            trial.output = run_in(folders, request, journal=journal, redactor=redactor)
        finally:
            trial.files = folders.read_files()
