"""The operators' view: read-only, but that an event may be tried again. What people keep for themselves is not shown."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from catalog.admin import DerivedTableAdmin, as_block
from comms.events.bell import ring_for_events
from comms.events.queue import try_again
from comms.models import Event, Notification


@admin.register(Notification)
class NotificationAdmin(DerivedTableAdmin):
    list_display = ("created", "user", "origin", "severity", "title", "topic", "scope", "read", "updated")
    list_filter = ("severity",)
    search_fields = ("=user",)
    ordering = ("-created",)
    fields = (
        "id",
        "user",
        "origin",
        "title",
        "description",
        "link",
        "severity",
        "topic",
        "scope",
        "icon",
        "created",
        "updated",
        "read",
        "saved",
    )
    large_columns = ("description",)


@admin.register(Event)
class EventAdmin(DerivedTableAdmin):
    list_display = ("received_at", "topic", "name", "subject", "status", "attempts", "message", "worked_at")
    list_filter = ("status", "topic")
    search_fields = ("subject", "=delivery")
    ordering = ("-id",)
    large_columns = ("happening",)
    actions = ("work_again",)
    fields = ("topic", "name", "delivery", "subject", "received_at", "status", "attempts", "due_at", "worked_at",
              "message", "what_happened")  # fmt: skip

    @admin.display(description="what it says")
    def what_happened(self, row: Event) -> SafeString:
        return as_block(row.happening)

    @admin.action(description="Work these events again", permissions=["operate"])
    def work_again(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self.run_on_each(request, queryset, lambda row: try_again(row.id), "will be worked soon")
        ring_for_events()
