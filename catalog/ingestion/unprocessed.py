"""Entities that do not appear, and why: what never got through processing, and what still waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from catalog.models import FinalEntity, RefreshState

MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class UnprocessedEntity:
    """One entity that reads do not show. ``errors``: ``{"name", "message"}`` each."""

    uid: str
    entity_ref: str
    unprocessed_entity: dict[str, Any]
    errors: list[dict[str, str]]
    location_key: str | None
    next_update_at: datetime | None
    last_discovery_at: datetime


def list_failed(limit: int = MAX_LISTED) -> list[UnprocessedEntity]:
    """Those with errors, by ref."""
    return _list(RefreshState.objects.exclude(errors=""), limit)


def list_pending(limit: int = MAX_LISTED) -> list[UnprocessedEntity]:
    """Those without errors that were not processed yet, by ref."""
    return _list(RefreshState.objects.filter(errors="", processed_entity=None), limit)


def find_errors(entity_ref: str) -> list[dict[str, str]]:
    """The processing errors of one entity, whether it appears or not."""
    found = RefreshState.objects.filter(entity_ref=entity_ref).values_list("errors", flat=True).first()
    return orjson.loads(found) if found else []


def _list(rows: Any, limit: int) -> list[UnprocessedEntity]:
    finals = FinalEntity.objects.values("id")
    found = rows.exclude(id__in=finals).order_by("entity_ref")[:limit]
    return [
        UnprocessedEntity(
            row.uid,
            row.entity_ref,
            orjson.loads(row.unprocessed_entity),
            orjson.loads(row.errors) if row.errors else [],
            row.location_key,
            row.next_update_at,
            row.last_discovery_at,
        )
        for row in found
    ]
