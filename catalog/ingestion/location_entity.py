"""The Location entity that stands for a registered or configured location."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from catalog.entity_ref import LocationRef
from catalog.ingestion.result import DeferredEntity
from common.hashing import content_hash

Presence = Literal["", "optional", "required"]
# How the refs of all of them begin.
GENERATED = "location:default/generated-"


def location_entity_name(location: LocationRef) -> str:
    return f"generated-{content_hash(str(location).encode())}"


def location_entity_ref(location: LocationRef) -> str:
    return f"{GENERATED}{content_hash(str(location).encode())}"


def build_location_entity(
    location: LocationRef, *, name: str = "", presence: Presence = "", annotations: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """
    As the reference makes it. ``name`` keeps the name of one whose target has been changed; where the ``presence`` is
    optional the target need not be there.
    """
    said = {"presence": presence} if presence else {}
    metadata = {"name": name or location_entity_name(location), **({"annotations": annotations} if annotations else {})}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": metadata,
        "spec": {"type": location.type, "target": location.target, **said},
    }


def deferred_location(
    location: LocationRef, *, name: str = "", presence: Presence = "", annotations: Mapping[str, str] | None = None
) -> DeferredEntity:
    """A location's own entity, ready for a mutation: it is its own origin."""
    entity = build_location_entity(location, name=name, presence=presence, annotations=annotations)
    return DeferredEntity.build(entity, location=location, origin=str(location))
