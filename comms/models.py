"""
The tables of what one person is told and has chosen, and of what code hosts tell. Operations own the rules; a model only describes its row.

    Notification ──< BroadcastStatus     what is for everybody, and who has read or saved it
    NotificationChoice                   what a person wants to be told
    UserSetting                          what a frontend remembers for a person
    Signal                               hints on their way to open browsers, gone after a minute
    Event                                what code hosts told, until it is worked and for a day after

A person is an entity ref in its canonical form.
"""

from __future__ import annotations

from django.db import models

EVERYBODY = ""


class Severity(models.IntegerChoices):
    """In the order of urgency."""

    CRITICAL = 0, "critical"
    HIGH = 1, "high"
    NORMAL = 2, "normal"
    LOW = 3, "low"


class Notification(models.Model):
    """One thing that one person is told, or everybody."""

    id = models.TextField(primary_key=True, help_text="a UUID")
    user = models.TextField(default=EVERYBODY, help_text="entity ref; empty: everybody")
    origin = models.TextField(help_text="who sent it")
    title = models.TextField()
    description = models.TextField(default="")
    link = models.TextField(default="")
    severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    topic = models.TextField(default="")
    scope = models.TextField(default="", help_text="a later one of the same origin and scope takes its place")
    icon = models.TextField(default="")
    created = models.DateTimeField()
    updated = models.DateTimeField(null=True)
    read = models.DateTimeField(null=True)
    saved = models.DateTimeField(null=True)

    class Meta:
        db_table = "comms_notification"
        indexes = (
            models.Index(fields=["user", "-created"], name="notification_user"),  # lists and counts
            models.Index(
                fields=["origin", "scope", "user"],
                name="notification_scope",  # the one to replace
                condition=~models.Q(scope=""),
            ),
            models.Index(fields=["created"], name="notification_created"),  # pruning
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.user or 'everybody'})"


class BroadcastStatus(models.Model):
    """What one person has done with a notification for everybody."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="statuses")
    user = models.TextField()
    read = models.DateTimeField(null=True)
    saved = models.DateTimeField(null=True)

    class Meta:
        db_table = "comms_broadcast_status"
        constraints = (models.UniqueConstraint(fields=["notification", "user"], name="broadcast_status_once"),)

    def __str__(self) -> str:
        return f"{self.notification_id} of {self.user}"


class NotificationChoice(models.Model):
    """Whether a person wants to be told what comes from an origin, or what it says on one topic."""

    user = models.TextField()
    channel = models.TextField()
    origin = models.TextField()
    topic = models.TextField(default="", help_text="empty: the origin as a whole")
    is_enabled = models.BooleanField()

    class Meta:
        db_table = "comms_notification_choice"
        constraints = (
            models.UniqueConstraint(fields=["user", "channel", "origin", "topic"], name="notification_choice_once"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.channel}/{self.origin}/{self.topic}"


class UserSetting(models.Model):
    """A value that a frontend keeps for a person."""

    user = models.TextField()
    bucket = models.TextField()
    key = models.TextField()
    value = models.TextField(help_text="JSON")

    class Meta:
        db_table = "comms_user_setting"
        constraints = (models.UniqueConstraint(fields=["user", "bucket", "key"], name="user_setting_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.bucket}/{self.key}"


class Signal(models.Model):
    """A hint to the browsers that are open. Each web process reads what is new."""

    id = models.BigAutoField(primary_key=True)
    recipients = models.TextField(help_text="JSON: a list of entity refs, or null for everybody")
    channel = models.TextField()
    message = models.TextField(help_text="JSON")
    created = models.DateTimeField()

    class Meta:
        db_table = "comms_signal"
        indexes = (models.Index(fields=["created"], name="signal_created"),)  # pruning

    def __str__(self) -> str:
        return f"{self.id} on {self.channel}"


class EventStatus(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Event(models.Model):
    """One thing that happened on a code host. Its payload is not kept, only what it means."""

    id = models.BigAutoField(primary_key=True)
    topic = models.TextField()
    name = models.TextField(help_text="what kind of event, in the host's word")
    delivery = models.TextField(default="", help_text="the host's id of it, as it says")
    digest = models.TextField(help_text="what makes it the same if it comes again")
    subject = models.TextField(help_text="the host and repository that it is about, in lower case")
    happening = models.TextField(help_text="JSON, see events/happening.py")
    received_at = models.DateTimeField()
    status = models.TextField(choices=EventStatus.choices, default=EventStatus.WAITING)
    due_at = models.DateTimeField(null=True, help_text="null: nothing is left to do")
    claim = models.TextField(default="", help_text="fencing token of the process that works on it")
    attempts = models.SmallIntegerField(default=0)
    message = models.TextField(default="", help_text="what was done, or what went wrong")
    worked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "comms_event"
        constraints = (models.UniqueConstraint(fields=["topic", "digest"], name="event_once"),)
        indexes = (
            models.Index(fields=["due_at"], name="event_due", condition=models.Q(due_at__isnull=False)),  # claims
            models.Index(fields=["received_at"], name="event_received"),  # pruning
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.name} of {self.subject}"
