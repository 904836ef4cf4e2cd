"""What happened to one entity, out of the change log; and who else describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog.models import Change, EntityClaim


@dataclass(frozen=True, slots=True)
class ChangeLine:
    operation: str
    changed_by: str
    changed_at: datetime


def list_changes(entity_ref: str, *, limit: int) -> list[ChangeLine]:
    """The newest changes first, as far back as the log is kept. One query."""
    rows = Change.objects.filter(entity_ref=entity_ref).order_by("-id")[:limit]
    return [ChangeLine(row.operation, row.changed_by, row.changed_at) for row in rows]


def list_claims(entity_ref: str, *, limit: int = 20) -> list[str]:
    """The locations that describe this entity although another one owns it, oldest first. One query."""
    rows = EntityClaim.objects.filter(entity_ref=entity_ref).order_by("first_seen_at", "id")
    return list(rows.values_list("location_key", flat=True)[:limit])
