"""Reads the JSON texts of final entities as bytes."""

from __future__ import annotations

from collections.abc import Sequence

from common.database import in_list
from common.prepared import fetch_prepared

# (id, change id, JSON text)
Body = tuple[int, int, bytes]


def read_bodies(numbers: Sequence[int]) -> list[Body]:
    """The bodies of those entities that there are, in no order. One statement; none for no entities."""
    if not numbers:
        return []
    condition, parameter = in_list(numbers)
    return fetch_prepared(
        f"SELECT id, change_id, body FROM catalog_final_entity WHERE id {condition}", [parameter], texts_as_bytes=True
    )
