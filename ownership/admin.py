"""The operators' view of CODEOWNERS: what was read, what could not be, and reading it again."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin import DerivedTableAdmin
from ownership.models import CodeOwnersFile

MAX_SHOWN = 100_000


@admin.register(CodeOwnersFile)
class CodeOwnersFileAdmin(DerivedTableAdmin):
    list_display = ("repository", "path", "is_captured", "read_at", "due_at", "message")
    list_filter = ("is_captured", "dialect", ("message", admin.EmptyFieldListFilter))
    search_fields = ("repository",)
    ordering = ("repository",)
    large_columns = ("data",)
    actions = ("read_again",)
    fields = (
        "repository",
        "base_url",
        "dialect",
        "url",
        "commit",
        "is_captured",
        "read_at",
        "due_at",
        "message",
        "text",
    )

    @admin.display(description="what it says")
    def text(self, row: CodeOwnersFile) -> SafeString:
        data = b"" if row.data is None else bytes(row.data)[:MAX_SHOWN]
        return format_html("<pre>{}</pre>", data.decode("utf-8", "replace"))

    @admin.action(description="Read these repositories again", permissions=["operate"])
    def read_again(self, request: HttpRequest, queryset: QuerySet[CodeOwnersFile]) -> None:
        count = queryset.filter(is_captured=False).update(due_at=timezone.now())
        self.message_user(request, f"{count} will be read within a minute; providers read the others")
