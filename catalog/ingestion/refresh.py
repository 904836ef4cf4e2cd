"""Asking for an entity to be processed again soon, with the Locations that lead to it."""

from __future__ import annotations

from catalog.captured import forget_captured
from catalog.ingestion.location_entity import GENERATED
from catalog.ingestion.queue import mark_due
from catalog.models import RefreshLane
from common.database import fetch_all, in_list, in_transaction
from common.errors import NotFoundError

MAX_ANCESTORS = 100


def refresh_entity(entity_ref: str) -> None:
    """A user waits for it: the entity and the Locations above it are due at once. Raises NotFoundError."""
    if "\0" in entity_ref or not fetch_all("SELECT 1 FROM catalog_refresh_state WHERE entity_ref = %s", [entity_ref]):
        raise NotFoundError(f"Entity {entity_ref} not found")
    locations = [ref for ref in list_ancestors(entity_ref) if ref.startswith("location:")]

    def work() -> None:
        # Who asks wants to see what the host has now, and not what was captured some time ago.
        generated = [ref for ref in [*locations, entity_ref] if ref.startswith(GENERATED)]
        if generated:
            forget_captured(generated)
        mark_due([*locations, entity_ref], RefreshLane.USER)

    in_transaction(work)


def list_ancestors(entity_ref: str) -> list[str]:
    """All entities that lead to this one, nearest first, itself left out. One statement for each level."""
    found: list[str] = []
    frontier = [entity_ref]
    while frontier and len(found) < MAX_ANCESTORS:
        sql, parameter = in_list(frontier)
        rows = fetch_all(
            f"SELECT source_ref FROM catalog_refresh_edge WHERE target_ref {sql} AND source_ref <> ''",
            [parameter],
        )
        frontier = [ref for ref in dict.fromkeys(row[0] for row in rows) if ref not in found and ref != entity_ref]
        found += frontier
    return found
