"""The operators' view: read-only. What people keep for themselves is not shown."""

from __future__ import annotations

from django.contrib import admin

from catalog.admin import DerivedTableAdmin
from comms.models import Notification


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
