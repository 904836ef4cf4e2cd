"""What a provider's next run would do, without doing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from catalog.ingestion.result import DeferredEntity
from catalog.ingestion.sources import Sources, default_sources
from catalog.ingestion.write import owns, read_stored
from catalog.models import ProviderRun
from catalog.providers.apply import bounded, bucket_refs
from catalog.providers.capture import find_changed, list_captured_of, location_ref_of
from catalog.providers.provider import Provider, ReadContext
from catalog.providers.shrink import find_removal, is_too_large
from common.database import fetch_all, in_list


@dataclass(frozen=True, slots=True)
class Change:
    """One entity. ``target`` is what a Location leads to; empty for other kinds."""

    entity_ref: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class ProviderDiff:
    """``is_held`` says that the shrink guard would not let the removals through."""

    provider: str
    added: list[Change] = field(default_factory=list)
    updated: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    is_held: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.added or self.updated or self.removed)


def diff_provider(provider: Provider, *, sources: Sources | None = None) -> ProviderDiff:
    """Asks the source as a run would. Nothing is stored. Raises what the source raises."""
    sources = sources or default_sources()
    state, accepted = ProviderRun.objects.filter(bucket=provider.name).values_list("state", "accepted").first() or (
        "{}",
        "",
    )
    result = provider.read(
        ReadContext(
            sources=sources,
            state=orjson.loads(state),
            captured=list_captured_of(provider.name),
        )
    )
    wanted = {entity.entity_ref: entity for entity in result.entities}
    held = bucket_refs(provider.name)
    removal = find_removal(held, wanted)
    changed = {location_ref_of(file) for file in find_changed(provider.name, result.captured)}
    updated = [ref for ref in held if ref in wanted and ref in changed]
    updated += _described_otherwise([wanted[ref] for ref in held if ref in wanted and ref not in changed])
    added = sorted(wanted.keys() - set(held))
    return ProviderDiff(
        provider.name,
        added=[_change(wanted[ref]) for ref in added],
        updated=[_change(wanted[ref]) for ref in sorted(updated)],
        removed=_stored_changes(removal.refs),
        unchanged=len(wanted) - len(added) - len(updated),
        is_held=is_too_large(removal, max_shrink=sources.catalog.max_shrink, accepted=accepted),
        warnings=bounded(result.warnings),
    )


def _described_otherwise(entities: list[DeferredEntity]) -> list[str]:
    stored = read_stored(entity.entity_ref for entity in entities)
    return [
        entity.entity_ref
        for entity in entities
        if (row := stored.get(entity.entity_ref)) is None
        or (owns(row, entity.location_key) and row.unprocessed_hash != entity.hash)
    ]


def _stored_changes(refs: tuple[str, ...]) -> list[Change]:
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"SELECT entity_ref, unprocessed_entity FROM catalog_refresh_state WHERE entity_ref {sql}", [parameter]
    )
    targets = {ref: _target_of(orjson.loads(text)) for ref, text in rows}
    return [Change(ref, targets.get(ref, "")) for ref in refs]


def _change(entity: DeferredEntity) -> Change:
    return Change(entity.entity_ref, _target_of(entity.entity) if entity.is_location else "")


def _target_of(entity: dict[str, Any]) -> str:
    spec = entity.get("spec")
    target = spec.get("target") if isinstance(spec, dict) and entity.get("kind") == "Location" else None
    return target if isinstance(target, str) else ""
