"""``catalog.locations`` of app-config, as a bucket of Location entities."""

from __future__ import annotations

from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import MutationCount, apply_full_mutation
from catalog.models import RefreshLane
from catalog.settings import CatalogSettings

BUCKET = "ConfigLocationProvider"


def apply_config_locations(settings: CatalogSettings) -> MutationCount:
    """Make the bucket hold what the configuration names now. Costs two statements if that is what it holds."""
    return apply_full_mutation(
        BUCKET,
        [deferred_location(location) for location in settings.locations],
        settings=settings,
        lane=RefreshLane.TIME,
    )
