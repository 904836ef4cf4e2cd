"""Running one task that was claimed, to whatever end."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from django.db import connection

from common.stopping import is_stopping
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.tools import default_tools
from scaffolder.execution.log import shorten
from scaffolder.execution.run import RunRequest, error_name, run_steps
from scaffolder.metrics import count_recovered, time_task
from scaffolder.models import TaskStatus
from scaffolder.redaction import Redactor
from scaffolder.settings import ScaffolderSettings, scaffolder_settings
from scaffolder.tasks.claim import ClaimedTask, claim_task
from scaffolder.tasks.initiator import unpack_identity
from scaffolder.tasks.journal import TaskJournal
from scaffolder.tasks.watch import TaskWatch
from scaffolder.vault import unseal
from scaffolder.workspace.folders import make_workspace, remove_workspace

logger = logging.getLogger(__name__)


def run_due_tasks() -> int:
    """Run tasks until none is due or the process is to stop. How many."""
    settings = scaffolder_settings()
    count = 0
    while not is_stopping():
        task = claim_task(settings.lease, is_recovering=settings.is_recovering)
        if task is None:
            break
        run_task(task, settings)
        count += 1
    return count


def run_task(task: ClaimedTask, settings: ScaffolderSettings) -> None:
    """``task`` was claimed just now. Ends with its end, or with its lease lost or given back."""
    with time_task() as outcome:
        outcome.result = _run(task, settings)


def _run(task: ClaimedTask, settings: ScaffolderSettings) -> str:
    """How it ended, for the metrics."""
    workspace = make_workspace(settings.workspaces, task.id)
    journal = TaskJournal(task, workspace, settings)
    redactor = Redactor()
    try:
        with TaskWatch(task, journal, settings) as watch:
            request = _request(task, settings, journal, redactor, watch)
            if task.is_abandoned:
                journal.tell_recovered()
                count_recovered()
            if task.attempts > 1:
                journal.restore_workspace()
            output = run_steps(request)
            journal.end(TaskStatus.COMPLETED, _completed(redactor.redact_value(output)))
        return "ok"
    except StepStoppedError as stopped:
        return _end_stopped(journal, stopped)
    except Exception as error:
        journal.end(TaskStatus.FAILED, _failed(error_name(error), shorten(redactor.redact(str(error)))))
        return "failed"
    finally:
        remove_workspace(workspace)


def _request(
    task: ClaimedTask, settings: ScaffolderSettings, journal: TaskJournal, redactor: Redactor, watch: TaskWatch
) -> RunRequest:
    spec = orjson.loads(task.spec)
    secrets = unseal(task.sealed, task_id=task.id) if task.sealed else {}
    for secret in (*secrets.values(), *settings.environment_secrets.values()):
        redactor.add(str(secret))
    return RunRequest(
        task_id=task.id,
        spec=spec,
        workspace=journal.workspace,
        journal=journal,
        tools=default_tools(),
        redactor=redactor,
        template=template_info(spec),
        secrets=secrets,
        identity=unpack_identity(task.initiator),
        environment=settings.environment_parameters,
        environment_secrets=settings.environment_secrets,
        watch=watch.steps,
    )


def template_info(spec: dict[str, Any]) -> TemplateInfo:
    info = spec.get("templateInfo") or {}
    return TemplateInfo(info.get("entityRef") or "", info.get("baseUrl"), info.get("entity") or {})


def _completed(output: dict[str, Any]) -> dict[str, Any]:
    return {"message": "Run completed with status: completed", "output": output}


def _failed(name: str, message: str) -> dict[str, Any]:
    return {"message": "Run completed with status: failed", "error": {"name": name, "message": message}}


def _end_stopped(journal: TaskJournal, stopped: StepStoppedError) -> str:
    # The connection may have been in the midst of a statement when the step was interrupted.
    connection.close()
    try:
        if stopped.reason == "cancelled":
            journal.end(TaskStatus.CANCELLED, {"message": "Run completed with status: cancelled"})
        elif stopped.reason == "shutdown":
            journal.give_back()
        elif stopped.reason == "lease-lost":
            logger.warning("%s", stopped.message)
        else:
            journal.end(TaskStatus.FAILED, _failed("TimeoutError", stopped.message))
    except StepStoppedError as lost:
        logger.warning("%s", lost.message)
        return lost.reason
    return stopped.reason
