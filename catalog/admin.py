"""
The operators' view of the tables. What is derived cannot be edited there: a write would lie until the next
stitching. What can be done is asked of the operations, by actions.

Lists stay quick on a million rows: they count no further than a bound, leave large columns alone, and search and
filter only where an index helps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.bell import ring_for_processing
from catalog.ingestion.delete import delete_entity_by_uid
from catalog.ingestion.refresh import refresh_entity
from catalog.kinds.model import KINDS
from catalog.locations import delete_location
from catalog.models import Change, EntityClaim, FinalEntity, Location, RefreshLane, RefreshState
from catalog.settings import catalog_settings
from common.database import fetch_all, is_postgres
from common.errors import CallboardError

MAX_SHOWN = 100_000

admin.site.site_header = "Callboard"
admin.site.site_title = "Callboard"
admin.site.index_title = "The catalog's tables"
FinalEntity._meta.verbose_name_plural = "final entities"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a bound. A table as a whole, beyond it, has as many rows as PostgreSQL's planner guesses."""

    MAX_EXACT = 10_000
    object_list: QuerySet[Model]

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        # Without an order: to sort a million rows in order to count some of them would be the whole cost.
        exact = rows.order_by()[: self.MAX_EXACT].count()
        if exact < self.MAX_EXACT or rows.query.where or not is_postgres():
            return exact
        guess = fetch_all(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
        )
        return max(int(guess[0][0]), exact)


class DerivedTableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: rows come from processing, not from hands."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the table once for each choice of each filter
    list_per_page = 50
    list_max_show_all = 200
    large_columns: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may run actions: whoever was given the right to delete such rows."""
        return request.user.has_perm(f"{self.opts.app_label}.delete_{self.opts.model_name}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self.large_columns)

    def run_on_each(self, request: HttpRequest, rows: Iterable[Any], work: Callable[[Any], None], done: str) -> None:
        """One row's trouble does not keep the others from being done."""
        for row in rows:
            try:
                work(row)
            except CallboardError as error:
                self.message_user(request, f"{row}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: {done}", messages.SUCCESS)
        ring_for_processing()


class EntityTableAdmin(DerivedTableAdmin):
    """A table with an ``entity_ref``, found by its beginning or by a name."""

    search_fields = ("entity_ref",)
    search_help_text = "A ref or its beginning, such as component:default/ca; or the name of an entity"
    ordering = ("id",)
    sortable_by = ("id", "entity_ref")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().lower()
        if not term or "\0" in term:
            return queryset, False
        if ":" in term:
            return queryset.filter(entity_ref__startswith=term), False
        names = [f"{model.kind.lower()}:default/{term}" for model in KINDS] + [f"airesource:default/{term}"]
        return queryset.filter(entity_ref__in=names), False


class ErrorFilter(admin.SimpleListFilter):
    title = "errors"
    parameter_name = "errors"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "with errors"), ("no", "without")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> QuerySet[RefreshState]:
        if self.value() == "yes":
            return queryset.exclude(errors="")
        return queryset.filter(errors="") if self.value() == "no" else queryset


class DueFilter(admin.SimpleListFilter):
    """By when and why. All of these are found through the index of what is ever due."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        lanes = [(f"lane-{lane.value}", f"overdue: {lane.label}") for lane in RefreshLane]
        return [("now", "overdue"), *lanes, ("claimed", "being worked on"), ("later", "later")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> QuerySet[RefreshState]:
        now, value = timezone.now(), self.value() or ""
        overdue, ahead = Q(next_update_at__lte=now), Q(next_update_at__gt=now)
        conditions = {"now": overdue, "claimed": ahead & ~Q(claim=""), "later": ahead & Q(claim="")}
        conditions |= {f"lane-{lane.value}": overdue & Q(lane=lane) for lane in RefreshLane}
        return queryset.filter(conditions[value]) if value in conditions else queryset


@admin.register(RefreshState)
class RefreshStateAdmin(EntityTableAdmin):
    list_display = ("entity_ref", "is_sound", "location_key", "lane", "next_update_at", "last_processed_at", "depth")
    list_filter = (ErrorFilter, DueFilter)
    large_columns = ("unprocessed_entity", "processed_entity", "source_state")
    actions = ("refresh_now", "delete_entities")
    fields = ("entity_ref", "uid", "location_key", "lane", "next_update_at", "claim", "last_processed_at",
              "last_discovery_at", "depth", "what_failed", "unprocessed", "processed", "source")  # fmt: skip

    @admin.display(boolean=True, description="sound")
    def is_sound(self, row: RefreshState) -> bool:
        return not row.errors

    @admin.display(description="errors")
    def what_failed(self, row: RefreshState) -> SafeString:
        return as_block(row.errors)

    @admin.display(description="as it was emitted")
    def unprocessed(self, row: RefreshState) -> SafeString:
        return as_block(row.unprocessed_entity)

    @admin.display(description="as it was last sound")
    def processed(self, row: RefreshState) -> SafeString:
        return as_block(row.processed_entity or "")

    @admin.display(description="what was read")
    def source(self, row: RefreshState) -> SafeString:
        return as_block(row.source_state)

    @admin.action(description="Refresh now, with the Locations that lead there", permissions=["operate"])
    def refresh_now(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> None:
        self.run_on_each(request, queryset, lambda row: refresh_entity(row.entity_ref), "will be processed soon")

    @admin.action(
        description="Delete these entities (they come back if something still describes them)", permissions=["operate"]
    )
    def delete_entities(self, request: HttpRequest, queryset: QuerySet[RefreshState]) -> None:
        by = f"operator:{request.user.get_username()}"
        self.run_on_each(request, queryset, lambda row: delete_entity_by_uid(row.uid, changed_by=by), "deleted")


@admin.register(Location)
class LocationAdmin(DerivedTableAdmin):
    list_display = ("target", "type", "entity_ref", "created_at")
    search_fields = ("target",)
    ordering = ("-created_at", "id")
    actions = ("unregister",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return super().has_operate_permission(request) and not catalog_settings().is_readonly

    @admin.action(description="Unregister these locations and remove what they led to", permissions=["operate"])
    def unregister(self, request: HttpRequest, queryset: QuerySet[Location]) -> None:
        self.run_on_each(request, queryset, lambda row: delete_location(row.id), "unregistered")


@admin.register(EntityClaim)
class EntityClaimAdmin(EntityTableAdmin):
    list_display = ("entity_ref", "location_key", "first_seen_at")
    large_columns = ("unprocessed_entity",)
    fields = ("entity_ref", "location_key", "source_key", "source_ref", "first_seen_at", "unprocessed")

    @admin.display(description="as it would be")
    def unprocessed(self, row: EntityClaim) -> SafeString:
        return as_block(row.unprocessed_entity)


@admin.register(FinalEntity)
class FinalEntityAdmin(EntityTableAdmin):
    list_display = ("entity_ref", "uid", "updated_at", "change_id")
    large_columns = ("body", "terms")
    fields = ("entity_ref", "uid", "etag", "updated_at", "change_id", "served_as")

    @admin.display(description="as it is served")
    def served_as(self, row: FinalEntity) -> SafeString:
        return as_block(row.body)


@admin.register(Change)
class ChangeAdmin(EntityTableAdmin):
    list_display = ("id", "entity_ref", "operation", "changed_by", "changed_at")
    ordering = ("-id",)


def as_block(text: str) -> SafeString:
    """JSON set out for reading, no more than a screen can bear."""
    if 0 < len(text) <= MAX_SHOWN:
        text = orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    cut = f"\n… {len(text) - MAX_SHOWN} more characters" if len(text) > MAX_SHOWN else ""
    return format_html("<pre>{}{}</pre>", text[:MAX_SHOWN], cut)
