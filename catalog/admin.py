"""
The operators' view of the tables. What is derived cannot be edited there: a write would lie until the next
stitching. What can be done is asked of the operations, by actions.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from catalog.ingestion.delete import delete_entity_by_uid
from catalog.ingestion.refresh import refresh_entity
from catalog.locations import delete_location
from catalog.models import Change, EntityClaim, FinalEntity, Location, RefreshState
from common.database import fetch_all
from common.errors import CallboardError


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Counts exactly up to a bound; beyond it takes the planner's guess, so that a page of a million rows is quick."""

    MAX_EXACT = 10_000
    object_list: QuerySet[Model]

    @cached_property
    def count(self) -> int:
        exact = self.object_list[: self.MAX_EXACT].count()
        if exact < self.MAX_EXACT:
            return exact
        if connection.vendor != "postgresql":
            return self.object_list.count()
        table = self.object_list.model._meta.db_table
        return max(int(fetch_all("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])[0][0]), exact)


class DerivedTableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: rows come from processing, not from hands."""

    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may run actions: whoever was given the right to delete such rows."""
        return request.user.has_perm(f"catalog.delete_{self.opts.model_name}")


class HasErrors(admin.SimpleListFilter):
    title = "errors"
    parameter_name = "errors"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "with errors"), ("no", "without")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> QuerySet[RefreshState]:
        if self.value() == "yes":
            return queryset.exclude(errors="")
        return queryset.filter(errors="") if self.value() == "no" else queryset


class IsOverdue(admin.SimpleListFilter):
    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "due now"), ("claimed", "being worked on")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> QuerySet[RefreshState]:
        if self.value() == "now":
            return queryset.filter(next_update_at__lte=timezone.now())
        return queryset.exclude(claim="") if self.value() == "claimed" else queryset


@admin.register(RefreshState)
class RefreshStateAdmin(DerivedTableAdmin):
    list_display = ("entity_ref", "location_key", "has_errors", "next_update_at", "last_processed_at", "depth")
    list_filter = (HasErrors, IsOverdue, "lane")
    search_fields = ("entity_ref",)
    ordering = ("id",)
    actions = ("refresh_now", "delete_entities")

    @admin.display(boolean=True, description="sound")
    def has_errors(self, row: RefreshState) -> bool:
        return not row.errors

    @admin.action(description="Refresh now", permissions=["operate"])
    def refresh_now(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> None:
        self._each(request, queryset, lambda row: refresh_entity(row.entity_ref), "will be processed soon")

    @admin.action(
        description="Delete these entities (they come back if something still describes them)", permissions=["operate"]
    )
    def delete_entities(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> None:
        by = f"operator:{request.user.get_username()}"
        self._each(request, queryset, lambda row: delete_entity_by_uid(row.uid, changed_by=by), "deleted")

    def _each(self, request: HttpRequest, rows: QuerySet[RefreshState], work: Any, done: str) -> None:
        for row in rows:
            try:
                work(row)
            except CallboardError as error:
                self.message_user(request, f"{row.entity_ref}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{row.entity_ref}: {done}", messages.SUCCESS)


@admin.register(Location)
class LocationAdmin(DerivedTableAdmin):
    list_display = ("target", "type", "entity_ref", "created_at")
    search_fields = ("target",)
    ordering = ("-created_at",)
    actions = ("unregister",)

    @admin.action(description="Unregister these locations and remove what they led to", permissions=["operate"])
    def unregister(self, request: HttpRequest, queryset: QuerySet[Location]) -> None:
        for location in queryset:
            delete_location(location.id)
            self.message_user(request, f"{location}: unregistered", messages.SUCCESS)


@admin.register(EntityClaim)
class EntityClaimAdmin(DerivedTableAdmin):
    list_display = ("entity_ref", "location_key", "first_seen_at")
    search_fields = ("entity_ref",)
    ordering = ("id",)


@admin.register(FinalEntity)
class FinalEntityAdmin(DerivedTableAdmin):
    list_display = ("entity_ref", "uid", "updated_at", "change_id")
    search_fields = ("entity_ref", "uid")
    ordering = ("id",)
    exclude = ("terms",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FinalEntity]:
        rows: QuerySet[FinalEntity] = super().get_queryset(request)
        return rows.defer("body", "terms")


@admin.register(Change)
class ChangeAdmin(DerivedTableAdmin):
    list_display = ("id", "entity_ref", "operation", "changed_by", "changed_at")
    list_filter = ("operation",)
    search_fields = ("entity_ref",)
    ordering = ("-id",)
