"""
The scaffolder's tables. Operations own the rules; a model only describes its row.

    Task ──< TaskEvent          what readers may see
      ├───< TaskStep            the journal: what was done, so that any worker can go on from there
      ├───< TaskCheckpoint      what an action must not do twice
      ├───< WorkspaceChunk      the workspace as it was after the newest step in the journal
      └──── TaskSecrets         encrypted, gone when the task ends

Only ``Task`` and ``TaskEvent`` are ever shown, and of them only what an allow-list names.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class TaskStatus(models.TextChoices):
    OPEN = "open"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED)


class Task(models.Model):
    """One run of a template."""

    id = models.TextField(primary_key=True, help_text="a UUID")
    spec = models.TextField(help_text="JSON, in the words of Backstage's TaskSpec; holds no secrets")
    template_ref = models.TextField(default="")
    status = models.TextField(choices=TaskStatus.choices, default=TaskStatus.OPEN)
    created_by = models.TextField(default="", help_text="entity ref of the user, or empty")
    initiator = models.TextField(default="", help_text="JSON: whose restrictions hold for the task")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="of the first attempt; the time limit counts from here")
    ended_at = models.DateTimeField(null=True)
    last_heartbeat_at = models.DateTimeField(null=True)
    claim = models.TextField(default="", help_text="fencing token of the attempt that works on it")
    lease_until = models.DateTimeField(null=True, help_text="when another worker may take over")
    attempts = models.IntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scaffolder_task"
        indexes = (
            # serves claiming
            models.Index(
                fields=["created_at"],
                name="task_unfinished",
                condition=Q(status__in=["open", "processing"]),
            ),
            models.Index(fields=["status", "created_at"], name="task_status"),  # lists
            models.Index(fields=["created_by", "created_at"], name="task_created_by"),  # lists
            models.Index(fields=["created_at"], name="task_created_at"),  # lists
        )

    def __str__(self) -> str:
        return self.id


class TaskSecrets(models.Model):
    """What the user gave besides the values, sealed by ``vault.py``."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, primary_key=True)
    sealed = models.TextField()

    class Meta:
        db_table = "scaffolder_task_secrets"


class TaskEvent(models.Model):
    """One line of a task's story. Of one task, ids rise in commit order: the task's row is locked to write one."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, db_index=False)
    type = models.TextField(help_text="log, completion, cancelled or recovered")
    body = models.TextField(help_text="JSON, already redacted")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "scaffolder_task_event"
        indexes = (models.Index(fields=["task", "id"], name="event_of_task"),)


class TaskStep(models.Model):
    """The journal of one step. ``position`` counts the steps of the task from 0."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, db_index=False)
    position = models.IntegerField()
    step_id = models.TextField()
    status = models.TextField(help_text="completed, skipped or failed")
    output = models.TextField(help_text="sealed, as it may hold secrets")
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "scaffolder_task_step"
        constraints = (models.UniqueConstraint(fields=["task", "position"], name="task_step_once"),)


class TaskCheckpoint(models.Model):
    """The result of a part of a step that must not be done twice."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, db_index=False)
    key = models.TextField()
    value = models.TextField(help_text="sealed, as it may hold secrets")

    class Meta:
        db_table = "scaffolder_task_checkpoint"
        constraints = (models.UniqueConstraint(fields=["task", "key"], name="task_checkpoint_once"),)


class WorkspaceChunk(models.Model):
    """A piece of a packed workspace. All pieces of one snapshot share its name; a task has one snapshot at a time."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    snapshot = models.TextField()
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "scaffolder_workspace_chunk"
