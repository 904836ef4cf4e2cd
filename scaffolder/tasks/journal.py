"""The journal of a task in the database. Whoever has lost his claim can write nothing."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone

from common.database import Row, in_transaction, insert_rows, sql_time
from scaffolder.actions.errors import StepStoppedError
from scaffolder.execution.journal import COMPLETED, FAILED, StepRecord
from scaffolder.models import TaskCheckpoint, TaskStatus, TaskStep, WorkspaceChunk
from scaffolder.settings import ScaffolderSettings
from scaffolder.tasks.claim import ClaimedTask, release_task
from scaffolder.tasks.end import close_task
from scaffolder.tasks.events import COMPLETION, LOG, RECOVERED, write_events
from scaffolder.tasks.lock import holds_claim
from scaffolder.vault import seal, unseal
from scaffolder.workspace.snapshot import ensure_within_quota, fingerprint, pack, unpack
from scaffolder.workspace.workspace import Workspace

Event = tuple[str, Mapping[str, Any], datetime]
MOST_WAITING_LINES = 200
STEP_COLUMNS = {
    "task_id": "text",
    "position": "int",
    "step_id": "text",
    "status": "text",
    "output": "text",
    "ended_at": "timestamptz",
}
STEP_AGAIN = (
    "(task_id, position) DO UPDATE SET step_id = excluded.step_id, status = excluded.status,"
    " output = excluded.output, ended_at = excluded.ended_at"
)


class TaskJournal:
    """
    Lines of the log and ends of steps wait a moment for company: at most until the next action
    that does more than to read and to log, or until ``flush``.

    May be used from two threads: the one that runs the steps, and the one that keeps the lease.
    """

    def __init__(self, task: ClaimedTask, workspace: Workspace, settings: ScaffolderSettings) -> None:
        self._task_id = task.id
        self._claim = task.claim
        self._is_first_attempt = task.attempts == 1
        self._has_secrets = task.sealed != ""
        self._has_snapshot = not self._is_first_attempt
        self.workspace = workspace
        self._settings = settings
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._steps: dict[int, Row] = {}
        self._chunks: list[bytes] | None = None
        self._kept_fingerprint: str | None = None
        self._has_failed = False

    def earlier_steps(self) -> Mapping[int, StepRecord]:
        if self._is_first_attempt:
            return {}
        steps = TaskStep.objects.filter(task_id=self._task_id)
        found = {step.position: StepRecord(step.status, self._open(step.output)) for step in steps}
        self._has_failed = any(record.status == FAILED for record in found.values())
        return found

    def log(self, message: str, *, step_id: str | None = None, status: str | None = None) -> None:
        body = {"stepId": step_id, "status": status, "message": message}
        event = (LOG, {key: value for key, value in body.items() if value is not None}, timezone.now())
        with self._lock:
            self._waiting.append(event)
            is_full = len(self._waiting) >= MOST_WAITING_LINES
        if is_full:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            if self._waiting or self._steps:
                self._write()

    def record(self, position: int, step_id: str, status: str, output: Mapping[str, Any]) -> None:
        self._has_failed = self._has_failed or status == FAILED
        chunks = self._changed_workspace() if status == COMPLETED and not self._has_failed else None
        text = self._seal(orjson.loads(orjson.dumps(output, default=str)))
        row = (self._task_id, position, step_id, status, text, sql_time(timezone.now()))
        with self._lock:
            self._steps[position] = row
            self._chunks = self._chunks if chunks is None else chunks
        if chunks:
            self.flush()  # rather than to hold so much in memory

    def read_checkpoint(self, key: str) -> str | None:
        values = TaskCheckpoint.objects.filter(task_id=self._task_id, key=key).values_list("value", flat=True)
        sealed = values.first()
        return None if sealed is None else orjson.dumps(self._open(sealed)).decode()

    def store_checkpoint(self, key: str, value: str) -> None:
        def store() -> None:
            sealed = self._seal(orjson.loads(value))
            checkpoint = TaskCheckpoint(task_id=self._task_id, key=key, value=sealed)
            TaskCheckpoint.objects.bulk_create(
                [checkpoint], update_conflicts=True, unique_fields=["task", "key"], update_fields=["value"]
            )

        with self._lock:
            self._write(store)

    def tell_recovered(self) -> None:
        """That this attempt goes on where another worker was lost."""
        with self._lock:
            self._waiting.append((RECOVERED, {"recoverStrategy": "none"}, timezone.now()))

    def restore_workspace(self) -> None:
        """Into the folder, which may hold what a try before has left."""
        chunks = WorkspaceChunk.objects.filter(task_id=self._task_id).order_by("number")
        data = [bytes(chunk) for chunk in chunks.values_list("data", flat=True)]
        self.workspace.remove(".")
        if data:
            unpack(data, self.workspace)
        self._kept_fingerprint = fingerprint(self.workspace)

    def end(self, status: TaskStatus, body: Mapping[str, Any]) -> None:
        """The last word. Raises StepStoppedError if it is another one's to say."""

        def close() -> None:
            close_task(self._task_id, status, has_secrets=self._has_secrets, has_workspace=self._has_snapshot)

        with self._lock:
            self._write(close, last=[(COMPLETION, body, timezone.now())])

    def give_back(self) -> None:
        """Let another worker go on from the last recorded step."""
        with self._lock:
            self._write(lambda: release_task(self._task_id, self._claim))

    def _seal(self, value: Any) -> str:
        """Whatever a step gives may hold a secret that it was given, or made."""
        return seal({"value": value}, task_id=self._task_id)

    def _open(self, sealed: str) -> Any:
        return unseal(sealed, task_id=self._task_id)["value"]

    def _changed_workspace(self) -> list[bytes] | None:
        """The packed workspace, or None if it is as it was when it was packed before."""
        mark = fingerprint(self.workspace)
        if mark == (self._kept_fingerprint or ""):
            return None
        ensure_within_quota(
            self.workspace,
            max_bytes=self._settings.max_workspace_bytes,
            max_files=self._settings.max_workspace_files,
        )
        self._kept_fingerprint, self._has_snapshot = mark, True
        return pack(self.workspace)

    def _replace_snapshot(self, chunks: list[bytes]) -> None:
        name = secrets.token_hex(8)
        WorkspaceChunk.objects.filter(task_id=self._task_id).delete()
        WorkspaceChunk.objects.bulk_create(
            [
                WorkspaceChunk(task_id=self._task_id, snapshot=name, number=number, data=data)
                for number, data in enumerate(chunks)
            ],
            batch_size=8,
        )

    def _write(self, *works: Callable[[], None], last: Sequence[Event] = ()) -> None:
        """All that waits, then these, in one transaction, if the claim still holds."""
        events, steps, chunks = list(self._waiting), dict(self._steps), self._chunks

        def write() -> None:
            if not holds_claim(self._task_id, self._claim):
                raise StepStoppedError("lease-lost", f"Another worker has taken over the task {self._task_id}")
            write_events(self._task_id, [*events, *last])
            if chunks is not None:
                self._replace_snapshot(chunks)
            insert_rows("scaffolder_task_step", STEP_COLUMNS, list(steps.values()), on_conflict=STEP_AGAIN)
            for work in works:
                work()

        in_transaction(write)
        del self._waiting[: len(events)]
        self._steps.clear()
        self._chunks = None
