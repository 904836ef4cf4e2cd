"""``catalog.locations`` of app-config, as a bucket of Location entities."""

from __future__ import annotations

from catalog.entity_ref import LocationRef
from catalog.ingestion.mutation import MutationCount, apply_full_mutation
from catalog.ingestion.result import DeferredEntity
from catalog.location_entity import build_location_entity
from catalog.settings import CatalogSettings

BUCKET = "ConfigLocationProvider"


def apply_config_locations(settings: CatalogSettings) -> MutationCount:
    """Make the bucket hold what the configuration names now. Costs two statements if that is what it holds."""
    return apply_full_mutation(
        BUCKET, [deferred_location(location) for location in settings.locations], settings=settings
    )


def deferred_location(location: LocationRef, *, name: str = "") -> DeferredEntity:
    """A location's own entity, ready for a mutation: it is its own origin."""
    return DeferredEntity.build(build_location_entity(location, name=name), location=location, origin=str(location))
