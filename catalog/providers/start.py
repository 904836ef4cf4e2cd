"""Providers when an installation starts: rows for new ones, and what becomes of those that are gone."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from catalog.ingestion.mutation import apply_full_mutation
from catalog.models import ProviderRun
from catalog.providers.capture import drop_captured_of_others
from catalog.providers.lease import ensure_rows, release_runs_of_the_dead
from catalog.providers.provider import Provider
from catalog.providers.registry import providers
from catalog.settings import CatalogSettings
from common.database import execute, in_transaction, sql_time

# A configuration may read the same files otherwise than the last one. Locations whose files are captured are looked at
# rarely, so they are due at each start.
LOOK_AGAIN = """
    UPDATE catalog_refresh_state SET next_update_at = %s
    WHERE claim = '' AND next_update_at > %s
    AND entity_ref IN (SELECT location_ref FROM catalog_captured_file WHERE location_ref <> '')
"""


def start_providers(settings: CatalogSettings, *, is_alone: bool, known: Iterable[Provider] | None = None) -> None:
    """A few statements if nothing changed."""
    found = list(providers() if known is None else known)
    names = {provider.name for provider in found}
    if is_alone:
        release_runs_of_the_dead()
    ensure_rows(found)
    gone = list(ProviderRun.objects.exclude(bucket__in=names).values_list("bucket", flat=True))
    if gone:
        in_transaction(lambda: _retire(gone, names, settings))
    if found:
        now = sql_time(timezone.now())
        execute(LOOK_AGAIN, [now, now])


def _retire(gone: list[str], names: set[str], settings: CatalogSettings) -> None:
    """What a provider had that is not configured any more stays, unless the configuration says that it goes."""
    drop_captured_of_others(names)
    if settings.orphan_provider_strategy == "delete":
        for bucket in gone:
            apply_full_mutation(bucket, [], settings=settings)
        ProviderRun.objects.filter(bucket__in=gone).delete()
