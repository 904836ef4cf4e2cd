"""Ancestry: through which entities an entity came into the catalog."""

from __future__ import annotations

from typing import Any

from catalog.entity_ref import EntityRef


def get_ancestry(ref: EntityRef) -> dict[str, Any]:
    """
    ``{"rootEntityRef", "items": [{"entity", "parentEntityRefs"}]}``, the entity itself first.

    Each ``entity`` is an ``orjson.Fragment`` of the stored JSON: dump the answer with orjson.
    Raises NotFoundError.
    """
    raise NotImplementedError
