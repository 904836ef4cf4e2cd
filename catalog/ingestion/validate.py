"""Would this entity be accepted if it came from that location? Nothing is stored."""

from __future__ import annotations

from typing import Any

import orjson

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION
from catalog.ingestion.process import process_entity
from catalog.ingestion.result import ErrorData, Failed
from catalog.ingestion.sources import Sources, default_sources


def find_faults(entity: dict[str, Any], location: str, *, sources: Sources | None = None) -> list[ErrorData]:
    """The errors that processing would give; empty for a sound entity. The envelope must be sound already."""
    metadata = entity["metadata"]
    annotations = {
        ANNOTATION_LOCATION: location,
        ANNOTATION_ORIGIN_LOCATION: location,
        **(metadata.get("annotations") or {}),
    }
    stamped = {**entity, "metadata": {**metadata, "annotations": annotations}}
    result = process_entity(stamped, orjson.dumps(stamped), sources or default_sources())
    return result.errors if isinstance(result, Failed) else []
