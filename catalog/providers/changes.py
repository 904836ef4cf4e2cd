"""What an event says has changed: asked of the source by name, and put in place at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import orjson
from django.db.models import F
from django.utils import timezone

from catalog.ingestion.mutation import MutationCount, apply_delta_mutation
from catalog.ingestion.sources import Sources, default_sources
from catalog.models import ProviderRun
from catalog.providers.capture import drop_captured, list_captured_of, store_captured
from catalog.providers.heirs import let_heirs_in
from catalog.providers.lease import ensure_rows, request_run
from catalog.providers.provider import PartialResult, Provider, ReadContext, State
from common.database import in_transaction
from common.errors import ConflictError

TRIES = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What the row said before the source was asked."""

    state: State
    version: int


def apply_changes(provider: Provider, names: Sequence[str], *, sources: Sources | None = None) -> MutationCount | None:
    """
    Ask the provider for these names and put what it says in place. What is gone goes in one transaction with the state
    that knows it.

    None if it can only be asked for everything: then it runs soon. Raises what the source raises; nothing is changed
    then.
    """
    sources = sources or default_sources()
    ensure_rows([provider])
    for _ in range(TRIES):
        known = _read(provider.name)
        context = ReadContext(sources=sources, state=known.state, captured=list_captured_of(provider.name))
        found = provider.read_some(context, names)
        if found is None:
            request_run(provider.name)
            return None
        before = MutationCount()
        if found.removed and found.added:
            before = in_transaction(partial(_prepare, provider, found, sources))
            let_heirs_in([entity.entity_ref for entity in found.added], found.removed, sources)
        count = in_transaction(partial(_apply, provider, names, found, known, sources))
        if count is not None:
            return MutationCount(before.added + count.added, before.updated + count.updated, count.removed)
    raise ConflictError(f"The state of provider '{provider.name}' was changed by others {TRIES} times over; try again")


def _read(name: str) -> Known:
    state, version = ProviderRun.objects.values_list("state", "version").get(bucket=name)
    return Known(orjson.loads(state), version)


def _prepare(provider: Provider, found: PartialResult, sources: Sources) -> MutationCount:
    """Put in place what comes. Should we end here, the next run takes back what is too much."""
    store_captured(provider.name, found.captured)
    return apply_delta_mutation(provider.name, added=found.added, settings=sources.catalog)


def _apply(
    provider: Provider, names: Sequence[str], found: PartialResult, known: Known, sources: Sources
) -> MutationCount | None:
    """None if somebody else has changed the state meanwhile."""
    rows = ProviderRun.objects.filter(bucket=provider.name, version=known.version)
    if not rows.update(version=F("version") + 1, state=orjson.dumps(found.state).decode()):
        return None
    _remember(provider.name, names)
    store_captured(provider.name, found.captured)
    count = apply_delta_mutation(provider.name, added=found.added, removed=found.removed, settings=sources.catalog)
    drop_captured(provider.name, found.dropped)
    return count


def _remember(name: str, names: Sequence[str]) -> None:
    """A run that is under way has begun to read before: it asks for these again when it ends."""
    row = ProviderRun.objects.only("touched", "claimed_until").get(bucket=name)
    is_running = row.claimed_until is not None and row.claimed_until > timezone.now()
    known = orjson.loads(row.touched)
    touched = list(dict.fromkeys([*known, *names])) if is_running else [n for n in known if n not in set(names)]
    ProviderRun.objects.filter(bucket=name).update(touched=orjson.dumps(touched).decode())
