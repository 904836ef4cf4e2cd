"""The Location entity that stands for a registered or configured location."""

from __future__ import annotations

from typing import Any

from catalog.entity_ref import LocationRef
from catalog.ingestion.result import DeferredEntity
from common.hashing import content_hash

# How the refs of all of them begin.
GENERATED = "location:default/generated-"


def location_entity_name(location: LocationRef) -> str:
    return f"generated-{content_hash(str(location).encode())}"


def location_entity_ref(location: LocationRef) -> str:
    return f"{GENERATED}{content_hash(str(location).encode())}"


def build_location_entity(location: LocationRef, *, name: str = "", is_optional: bool = False) -> dict[str, Any]:
    """
    As the reference makes it. ``name`` keeps the name of one whose target has been changed; of an ``is_optional`` one
    the target need not be there.
    """
    presence = {"presence": "optional"} if is_optional else {}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": name or location_entity_name(location)},
        "spec": {"type": location.type, "target": location.target, **presence},
    }


def deferred_location(location: LocationRef, *, name: str = "", is_optional: bool = False) -> DeferredEntity:
    """A location's own entity, ready for a mutation: it is its own origin."""
    entity = build_location_entity(location, name=name, is_optional=is_optional)
    return DeferredEntity.build(entity, location=location, origin=str(location))
