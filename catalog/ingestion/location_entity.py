"""The Location entity that stands for a registered or configured location."""

from __future__ import annotations

from typing import Any

from catalog.entity_ref import LocationRef
from catalog.ingestion.result import DeferredEntity
from common.hashing import content_hash


def location_entity_name(location: LocationRef) -> str:
    return f"generated-{content_hash(str(location).encode())}"


def location_entity_ref(location: LocationRef) -> str:
    return f"location:default/{location_entity_name(location)}"


def build_location_entity(location: LocationRef, *, name: str = "") -> dict[str, Any]:
    """As the reference makes it. ``name`` keeps the name of one whose target has been changed."""
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": name or location_entity_name(location)},
        "spec": {"type": location.type, "target": location.target},
    }


def deferred_location(location: LocationRef, *, name: str = "") -> DeferredEntity:
    """A location's own entity, ready for a mutation: it is its own origin."""
    return DeferredEntity.build(build_location_entity(location, name=name), location=location, origin=str(location))
