"""
One entity, from as it was emitted to sound: placeholders, annotations, policies, its kind's schema, its relations.

No database. Locations go through here as well; what they point at is read in ``read_location.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, LocationRef, entity_ref_of
from catalog.ingestion.placeholders import may_hold_placeholders, resolve_placeholders
from catalog.ingestion.result import Failed, Processed, ProcessingResult, error_data
from catalog.ingestion.sources import Sources
from catalog.kinds.links import clean_links
from catalog.kinds.relations import RelationPair, build_relations, sort_relation_fields
from catalog.kinds.validate import validate_envelope, validate_kind, validate_policies
from common.errors import CallboardError, InputError

logger = logging.getLogger(__name__)

MAX_REF_LENGTH = 500


def process_entity(unprocessed: dict[str, Any], text: bytes, sources: Sources) -> ProcessingResult:
    """
    Work through one entity, given also as its JSON text. Never raises: a fault of one entity is its own.

    Reads from outside only if it holds placeholders. The entity may be changed in place.
    """
    try:
        return _process(unprocessed, text, sources)
    except CallboardError as error:
        return Failed([error_data(error)])
    except Exception as error:
        logger.exception("processing broke", extra={"entity": str(unprocessed.get("metadata"))[:200]})
        return Failed([error_data(error)])


def _process(unprocessed: dict[str, Any], text: bytes, sources: Sources) -> Processed:
    if b"\\u0000" in text:
        raise InputError("Entity holds a NUL character (\\0 in a quoted text), which nothing can store; remove it")
    validate_envelope(unprocessed)
    entity_ref = entity_ref_of(unprocessed)
    location = LocationRef.parse(unprocessed["metadata"]["annotations"][ANNOTATION_LOCATION])
    entity, reads = (
        resolve_placeholders(unprocessed, location, sources) if may_hold_placeholders(text) else (unprocessed, {})
    )
    entity = annotate_location(entity, location, sources)
    sort_relation_fields(entity)
    entity = validate_policies(entity)
    if entity_ref_of(entity) != entity_ref:
        raise InputError("Fatal: The entity kind, namespace, or name changed during processing")
    validate_kind(entity)
    clean_links(entity)
    return Processed(entity, _short_enough(build_relations(entity)), reads)


def _short_enough(relations: list[RelationPair]) -> list[RelationPair]:
    for pair in relations:
        for ref in (pair.source_ref, pair.target_ref):
            if len(ref) > MAX_REF_LENGTH:
                raise InputError(
                    f"Entity reference '{ref[:60]}…' has {len(ref)} characters, the limit is {MAX_REF_LENGTH}"
                )
    return relations


def annotate_location(entity: Mapping[str, Any], location: LocationRef, sources: Sources) -> dict[str, Any]:
    """A copy with view-url, edit-url and source-location where we know them and the author did not say."""
    metadata = entity["metadata"]
    annotations = {**sources.known_urls(location), **(metadata.get("annotations") or {})}
    return {**entity, "metadata": {**metadata, "annotations": annotations}}


def origin_of(entity: Mapping[str, Any]) -> LocationRef:
    return LocationRef.parse(entity["metadata"]["annotations"][ANNOTATION_ORIGIN_LOCATION])
