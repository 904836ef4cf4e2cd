"""What the catalog does when an installation starts, before anything is claimed."""

from __future__ import annotations

import uuid

from django.utils import timezone

from catalog import locations
from catalog.ingestion import once
from catalog.ingestion.queue import release_claims_of_the_dead
from catalog.locations import restore_registered_locations
from catalog.models import IndexEpoch
from catalog.providers import config_locations
from catalog.providers.config_locations import apply_config_locations
from catalog.providers.start import start_providers
from catalog.settings import CatalogSettings
from common.database import execute, in_transaction, sql_time

OTHER_BUCKETS = (config_locations.BUCKET, locations.BUCKET, once.BUCKET)
# Raise it when the same description would give another entity than before.
PROCESSING_VERSION = "1"


def start_catalog(settings: CatalogSettings, *, is_alone: bool) -> None:
    """
    Put the locations of the configuration and the registered ones in place, and process anew after an upgrade.

    ``is_alone`` says that no other process can be at work: then what a killed one had claimed is due at once, and
    not only when its lease ends. A few statements if nothing changed.
    """
    if is_alone:
        release_claims_of_the_dead()
    apply_config_locations(settings)
    restore_registered_locations(settings)
    start_providers(settings, is_alone=is_alone, other_buckets=OTHER_BUCKETS)
    in_transaction(_process_anew_after_upgrade)


def _process_anew_after_upgrade() -> None:
    row, _ = IndexEpoch.objects.get_or_create(id=1, defaults={"epoch": uuid.uuid4().hex})
    if row.processing_version == PROCESSING_VERSION:
        return
    if row.processing_version:
        execute(
            "UPDATE catalog_refresh_state SET next_update_at = %s, claim = '', source_state = ''",
            [sql_time(timezone.now())],
        )
    IndexEpoch.objects.filter(id=1).update(processing_version=PROCESSING_VERSION)
