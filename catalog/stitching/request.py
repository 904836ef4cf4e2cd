"""Asking for final entities to be written anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from common.database import fetch_all, insert_rows

MANY = 500


def request_stitching(entity_refs: Iterable[str]) -> None:
    """Ask for these entities to be stitched soon. Asking twice is harmless. One statement."""
    ticket = uuid.uuid4().hex
    # Sorted, so that concurrent callers lock rows in one order and cannot deadlock.
    rows = [(ref, ticket) for ref in sorted(set(entity_refs))]
    insert_rows(
        "catalog_stitch_request",
        {"entity_ref": "text", "ticket": "text"},
        rows,
        on_conflict="(entity_ref) DO UPDATE SET ticket = excluded.ticket",
    )


def are_many_requested() -> bool:
    """Whether more wait than a user's own change can have asked for: then somebody works on a large source."""
    return len(fetch_all(f"SELECT 1 FROM catalog_stitch_request LIMIT {MANY + 1}")) > MANY
