"""Deleting one entity by hand. What still describes it brings it back; what hung on it alone goes with it."""

from __future__ import annotations

from catalog.ingestion.queue import mark_due
from catalog.ingestion.remove import delete_unreachable, forget_entity
from catalog.models import RefreshLane
from catalog.stitching.stitch import stitch
from common.database import execute, fetch_all, in_transaction
from common.errors import NotFoundError


def delete_entity_by_uid(uid: str, *, changed_by: str) -> None:
    """Raises NotFoundError. The entity is gone from reads when this returns."""
    rows = fetch_all("SELECT entity_ref FROM catalog_refresh_state WHERE uid = %s", [uid]) if "\0" not in uid else []
    if not rows:
        raise NotFoundError(f"No entity with uid {uid}")
    in_transaction(lambda: _delete(rows[0][0], changed_by))


def _delete(entity_ref: str, changed_by: str) -> None:
    edges = fetch_all(
        "SELECT source_ref FROM catalog_refresh_edge WHERE target_ref = %s AND source_ref <> ''", [entity_ref]
    )
    parents = [row[0] for row in edges]
    children = [
        row[0] for row in fetch_all("SELECT target_ref FROM catalog_refresh_edge WHERE source_ref = %s", [entity_ref])
    ]
    forget_entity(entity_ref)
    if parents:
        # They emit it again, and what it emits in turn waits for it.
        mark_due(parents, RefreshLane.USER, forget_sources=True)
    else:
        execute("DELETE FROM catalog_refresh_edge WHERE source_ref = %s", [entity_ref])
        delete_unreachable(children)
    stitch([entity_ref], changed_by=changed_by)


def delete_unprocessed(uid: str) -> None:
    """Forget an entity that never appeared. Raises NotFoundError if there is none of that id, or it does appear."""
    rows = (
        []
        if "\0" in uid
        else fetch_all(
            "SELECT entity_ref FROM catalog_refresh_state s WHERE uid = %s"
            " AND NOT EXISTS (SELECT 1 FROM catalog_final_entity f WHERE f.id = s.id)",
            [uid],
        )
    )
    if not rows:
        raise NotFoundError(f"No unprocessed entity with id {uid}")
    in_transaction(lambda: forget_entity(rows[0][0], edges=True))
