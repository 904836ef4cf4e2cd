"""What goes into and comes out of processing one entity. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from catalog.entity_ref import ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, LocationRef, entity_ref_of
from catalog.kinds.relations import RelationPair
from common.errors import CallboardError
from common.hashing import content_hash

ErrorData = dict[str, str]  # {"name", "message"}


@dataclass(frozen=True, slots=True)
class DeferredEntity:
    """An entity that a provider or a Location emitted, stamped with where it came from, still to be processed."""

    entity: dict[str, Any]
    entity_ref: str
    location_key: str
    text: bytes
    hash: str

    @classmethod
    def build(cls, document: Mapping[str, Any], *, location: LocationRef, origin: str) -> Self:
        """Whatever the document says of its own location is replaced by what we know."""
        metadata = document["metadata"]
        annotations = metadata.get("annotations") or {}
        stamped = {**annotations, ANNOTATION_ORIGIN_LOCATION: origin, ANNOTATION_LOCATION: str(location)}
        entity = {**document, "metadata": {**metadata, "annotations": stamped}}
        text = orjson.dumps(entity)
        return cls(entity, entity_ref_of(entity), str(location), text, content_hash(text))

    @property
    def is_location(self) -> bool:
        return self.entity_ref.startswith("location:")


@dataclass(frozen=True, slots=True)
class Processed:
    """A sound entity, as the stitcher needs it. ``reads`` is what it took from elsewhere, for conditional reads."""

    entity: dict[str, Any]
    relations: list[RelationPair]
    reads: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Its faults. What was processed before stays as it was."""

    errors: list[ErrorData]


ProcessingResult = Processed | Failed


def error_data(error: Exception) -> ErrorData:
    """An error as it is stored and shown. Only errors with a message for users keep their own words."""
    if isinstance(error, CallboardError):
        return {"name": error.name, "message": error.message}
    return {"name": "Error", "message": f"unexpected {type(error).__name__} while processing; see the worker's log"}
