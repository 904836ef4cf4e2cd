"""Works events off: asks the providers for what has changed, refreshes what is read from there, processes it at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import orjson
from django.utils import timezone

from catalog.ingestion.refresh_repository import RepositoryChange, refresh_repositories
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources, default_sources
from catalog.providers.changes import apply_changes
from catalog.providers.provider import Provider
from catalog.providers.registry import providers
from common.errors import CallboardError, ServiceUnavailableError
from common.stopping import is_stopping
from comms.events import metrics
from comms.events.concern import is_for_organization, is_for_repository
from comms.events.happening import Happening
from comms.events.organization import request_run_soon
from comms.events.queue import claim_due, end, give_up_hopeless, postpone, renew
from comms.models import Event
from integrations.hosts.errors import RateLimitedError

logger = logging.getLogger(__name__)

PROCESS_SECONDS = 10.0
Told = tuple[Event, Happening]


def work_due_events(
    *, seconds: float = 20.0, known: Iterable[Provider] | None = None, sources: Sources | None = None
) -> bool:
    """
    Work for up to ``seconds``; whether nothing was due any more. Safe to run in any number of processes at once.

    One event's failure is no other one's.
    """
    batch = _Batch(tuple(providers() if known is None else known), sources or default_sources())
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_stopping():
        events = claim_due()
        if not events:
            return True
        batch.work(give_up_hopeless(events))
    return False


class _Batch:
    def __init__(self, known: tuple[Provider, ...], sources: Sources) -> None:
        self.providers, self.sources = known, sources

    def work(self, events: Sequence[Event]) -> None:
        if not events:
            return
        told = [(event, Happening.from_json(orjson.loads(event.happening))) for event in events]
        failures: dict[int, Exception] = {}
        for provider in self.providers:
            failures |= self._tell(provider, told)
        changes = [change for _, happening in told for change in _changes_of(happening)]
        refs = refresh_repositories(dict.fromkeys(changes), self.sources.integrations)
        process_due(seconds=PROCESS_SECONDS, sources=self.sources, only_asked=True)
        _end_all(events, failures, len(refs))

    def _tell(self, provider: Provider, told: Sequence[Told]) -> dict[int, Exception]:
        """What went wrong, by the event's id."""
        concerned = [(event, said) for event, said in told if is_for_organization(provider, said)]
        if concerned:
            busy_until = request_run_soon(provider)
            if busy_until is not None:
                return {event.id: _BusyError(provider.name, busy_until) for event, _ in concerned}
        return self._apply(provider, [(event, said) for event, said in told if is_for_repository(provider, said)])

    def _apply(self, provider: Provider, told: Sequence[Told]) -> dict[int, Exception]:
        """All at once, but for those that have failed before: each of them alone."""
        first = [(event, said) for event, said in told if event.attempts <= 1]
        alone = [[(event, said)] for event, said in told if event.attempts > 1]
        failures: dict[int, Exception] = {}
        for some in filter(None, [first, *alone]):
            failures |= self._apply_together(provider, some)
        return failures

    def _apply_together(self, provider: Provider, told: Sequence[Told]) -> dict[int, Exception]:
        events = [event for event, _ in told]
        names = dict.fromkeys(name.full_name for _, said in told for name in said.repositories)
        renew(events)
        try:
            apply_changes(provider, list(names), sources=self.sources)
        except ServiceUnavailableError as error:
            # The host is silent: to ask for each of them now would only take longer.
            return {event.id: error for event in events}
        except Exception as error:
            if len(told) == 1:
                return {events[0].id: error}
            failures: dict[int, Exception] = {}
            for one in told:
                failures |= self._apply_together(provider, [one])
            return failures
        return {}


class _BusyError(CallboardError):
    """The provider has begun to read before this happened, and is asked again when it has ended."""

    def __init__(self, name: str, retry_at: datetime) -> None:
        super().__init__(f"{name} is running, and is run again afterwards")
        self.retry_at = retry_at


def _changes_of(happening: Happening) -> list[RepositoryChange]:
    is_default = not happening.default_branch or happening.branch == happening.default_branch
    return [
        RepositoryChange(name.url, happening.branch, is_default, happening.paths) for name in happening.repositories
    ]


def _end_all(events: Sequence[Event], failures: dict[int, Exception], refreshed: int) -> None:
    done = [event for event in events if event.id not in failures]
    end(done, f"refreshed {refreshed}" if refreshed else "")
    now = timezone.now()
    for event in done:
        metrics.count_worked("done", (now - event.received_at).total_seconds())
    for event in events:
        if event.id in failures:
            _postpone(event, failures[event.id])


def _postpone(event: Event, error: Exception) -> None:
    if isinstance(error, CallboardError):
        message, retry_at = error.message, _retry_at(error)
    else:
        logger.error("an event could not be worked", exc_info=error, extra={"event": event.id})
        message, retry_at = f"unexpected {type(error).__name__}; see the worker's log", None
    is_waiting = postpone(event, message, until=retry_at)
    metrics.count_worked("retried" if is_waiting else "failed")


def _retry_at(error: CallboardError) -> datetime | None:
    """When a host that has had enough, or a provider that is running, may be asked again."""
    if isinstance(error, RateLimitedError):
        return datetime.fromtimestamp(error.retry_at, UTC)
    return error.retry_at if isinstance(error, _BusyError) else None
