"""Would this entity be accepted if it came from that location? Nothing is stored, and no Location's target is read."""

from __future__ import annotations

from typing import Any

import orjson

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, LocationRef, entity_ref_of
from catalog.ingestion.process import process_entity
from catalog.ingestion.read_location import LocationContext, list_targets
from catalog.ingestion.result import ErrorData, Failed, Processed, error_data
from catalog.ingestion.sources import Sources, default_sources
from common.errors import CallboardError


def find_faults(entity: dict[str, Any], location: str, *, sources: Sources | None = None) -> list[ErrorData]:
    """The errors that processing would give; empty for a sound entity. The envelope must be sound already."""
    metadata = entity["metadata"]
    annotations = {
        ANNOTATION_LOCATION: location,
        ANNOTATION_ORIGIN_LOCATION: location,
        **(metadata.get("annotations") or {}),
    }
    stamped = {**entity, "metadata": {**metadata, "annotations": annotations}}
    sources = sources or default_sources()
    result = process_entity(stamped, orjson.dumps(stamped), sources)
    if isinstance(result, Failed):
        return result.errors
    return _find_target_faults(result, LocationRef.parse(location), sources)


def _find_target_faults(result: Processed, location: LocationRef, sources: Sources) -> list[ErrorData]:
    """Where a Location may not lead."""
    ref = entity_ref_of(result.entity)
    if not ref.startswith("location:"):
        return []
    try:
        targets, _ = list_targets(result.entity, LocationContext(ref, location, location), sources)
    except CallboardError as error:
        return [error_data(error)]
    return [fault for target in targets if (fault := _fault_of(target, sources))]


def _fault_of(target: LocationRef, sources: Sources) -> ErrorData | None:
    try:
        sources.check(target)
    except CallboardError as error:
        return {**error_data(error), "message": f"Unable to read {target.type}, {error}"}
    return None
