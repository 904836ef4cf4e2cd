"""What a location would bring in, all the way down, without storing anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, LocationRef
from catalog.ingestion.process import process_entity
from catalog.ingestion.read_location import LocationContext, list_targets, read_targets
from catalog.ingestion.result import DeferredEntity, ErrorData, Processed
from catalog.ingestion.sources import Sources
from common.errors import InputError

MAX_ENTITIES = 10_000


def dry_run(root: DeferredEntity, *, sources: Sources) -> list[dict[str, Any]]:
    """
    The entities that ``root`` leads to, itself first. Raises InputError with all faults of the first broken one.
    """
    found: dict[str, dict[str, Any]] = {}
    waiting = [root]
    while waiting:
        deferred = waiting.pop()
        result = process_entity(deferred.entity, deferred.text, sources)
        if not isinstance(result, Processed):
            raise InputError(_message(result.errors))
        if deferred.entity_ref in found:
            raise InputError(f"Duplicate nested entity: {deferred.entity_ref}")
        found[deferred.entity_ref] = result.entity
        if deferred.is_location:
            waiting += _children(deferred.entity_ref, result.entity, sources)
        if len(found) + len(waiting) > MAX_ENTITIES:
            raise InputError(f"This location leads to more than {MAX_ENTITIES} entities; register it without dryRun")
    return list(found.values())


def _children(entity_ref: str, entity: Mapping[str, Any], sources: Sources) -> list[DeferredEntity]:
    annotations = entity["metadata"]["annotations"]
    context = LocationContext(
        entity_ref,
        LocationRef.parse(annotations[ANNOTATION_LOCATION]),
        LocationRef.parse(annotations[ANNOTATION_ORIGIN_LOCATION]),
    )
    targets, is_optional = list_targets(entity, context, sources)
    children: list[DeferredEntity] = []
    errors: list[ErrorData] = []
    for read in read_targets(targets, context=context, is_optional=is_optional, previous={}, sources=sources):
        children += read.children or []
        errors += read.errors
    if errors:
        raise InputError(_message(errors))
    return children


def _message(errors: list[ErrorData]) -> str:
    return ", ".join(f"{error['name']}: {error['message']}" for error in errors)
