"""Providers when an installation starts: rows for new ones, and what becomes of those that are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils import timezone

from catalog.ingestion.mutation import apply_full_mutation
from catalog.models import ProviderRun
from catalog.providers.capture import drop_captured_of_others
from catalog.providers.lease import ensure_rows, release_runs_of_the_dead
from catalog.providers.provider import Provider
from catalog.providers.registry import providers
from catalog.settings import CatalogSettings
from common.database import execute, fetch_all, sql_time

# A configuration may read the same files otherwise than the last one. Locations whose files are captured are looked at
# rarely, so they are due at each start.
LOOK_AGAIN = """
    UPDATE catalog_refresh_state SET next_update_at = %s
    WHERE claim = '' AND next_update_at > %s
    AND entity_ref IN (SELECT location_ref FROM catalog_captured_file WHERE location_ref <> '')
"""


def start_providers(
    settings: CatalogSettings,
    *,
    is_alone: bool,
    other_buckets: Collection[str] = (),
    known: Iterable[Provider] | None = None,
) -> None:
    """``other_buckets`` are those that no provider fills. A few statements if nothing changed."""
    found = list(providers() if known is None else known)
    names = {provider.name for provider in found}
    if is_alone:
        release_runs_of_the_dead()
    ensure_rows(found)
    if ProviderRun.objects.exclude(bucket__in=names).delete()[0]:
        drop_captured_of_others(names)
    if settings.orphan_provider_strategy == "delete":
        _remove_what_is_left({*names, *other_buckets}, settings)
    if found:
        now = sql_time(timezone.now())
        execute(LOOK_AGAIN, [now, now])


def _remove_what_is_left(buckets: set[str], settings: CatalogSettings) -> None:
    """Take away what providers have left behind that are not configured any more."""
    rows = fetch_all("SELECT DISTINCT source_key FROM catalog_refresh_edge WHERE source_key <> ''")
    for bucket in sorted({row[0] for row in rows} - buckets):
        apply_full_mutation(bucket, [], settings=settings)
