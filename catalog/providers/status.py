"""How the providers are doing, for people and programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.utils import timezone

from catalog.models import ProviderRun
from catalog.providers.lease import ensure_rows
from catalog.providers.provider import Provider
from catalog.providers.registry import providers


@dataclass(frozen=True, slots=True)
class HeldRemoval:
    """What the shrink guard does not let through: ``removals`` of ``entities``."""

    removals: int
    entities: int
    examples: list[str]


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """``status`` is that of the last run that ended; ``is_running`` says that another one is under way."""

    name: str
    kind: str
    status: str
    message: str
    warnings: list[str]
    is_running: bool
    done: int
    total: int
    entities: int
    added: int
    updated: int
    removed: int
    held: HeldRemoval | None
    is_accepted: bool
    started_at: datetime | None
    ended_at: datetime | None
    succeeded_at: datetime | None
    next_run_at: datetime | None
    duration: float


def list_providers(known: Iterable[Provider] | None = None) -> list[ProviderStatus]:
    """Those that are configured, by name. One statement, unless one is new."""
    names = {provider.name: provider for provider in (providers() if known is None else known)}
    rows = _rows(names)
    if len(rows) < len(names):
        ensure_rows(names.values())
        rows = _rows(names)
    return [_status(row) for row in rows]


def _rows(names: Iterable[str]) -> list[ProviderRun]:
    listed = list(names)
    return list(ProviderRun.objects.filter(bucket__in=listed).defer("state").order_by("bucket")) if listed else []


def _status(row: ProviderRun) -> ProviderStatus:
    counts = orjson.loads(row.counts)
    held = orjson.loads(row.held) if row.held else None
    return ProviderStatus(
        name=row.bucket,
        kind=row.kind,
        status=row.status,
        message=row.message,
        warnings=orjson.loads(row.warnings),
        is_running=row.claimed_until is not None and row.claimed_until > timezone.now(),
        done=row.done,
        total=row.total,
        entities=counts.get("entities", 0),
        added=counts.get("added", 0),
        updated=counts.get("updated", 0),
        removed=counts.get("removed", 0),
        held=HeldRemoval(held["removals"], held["entities"], held["examples"]) if held else None,
        is_accepted=held is not None and row.accepted == held["digest"],
        started_at=row.started_at,
        ended_at=row.ended_at,
        succeeded_at=row.succeeded_at,
        next_run_at=row.next_run_at,
        duration=row.duration,
    )


def status_json(status: ProviderStatus) -> dict[str, Any]:
    """A provider in the API's words."""
    held = status.held
    return {
        "name": status.name,
        "kind": status.kind,
        "status": status.status,
        "message": status.message,
        "warnings": status.warnings,
        "running": {"done": status.done, "total": status.total} if status.is_running else None,
        "entities": status.entities,
        "added": status.added,
        "updated": status.updated,
        "removed": status.removed,
        "held": None
        if held is None
        else {
            "removals": held.removals,
            "entities": held.entities,
            "examples": held.examples,
            "accepted": status.is_accepted,
        },
        "startedAt": _time(status.started_at),
        "endedAt": _time(status.ended_at),
        "succeededAt": _time(status.succeeded_at),
        "nextRunAt": _time(status.next_run_at),
        "seconds": round(status.duration, 3),
    }


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
