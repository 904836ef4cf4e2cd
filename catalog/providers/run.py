"""Running providers: read, then put in place, or say why not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from catalog.captured import CapturedFile
from catalog.ingestion.sources import Sources, default_sources
from catalog.models import ProviderRun
from catalog.providers.apply import Applied, apply_result, keep_progress
from catalog.providers.capture import list_captured_of
from catalog.providers.changes import apply_changes
from catalog.providers.errors import RunStoppedError, RunTimeoutError
from catalog.providers.lease import Lease, claim_run, find_due
from catalog.providers.provider import PartialResult, Provider, ProviderResult, ReadContext, State
from catalog.providers.registry import get_provider, providers
from common.errors import CallboardError

logger = logging.getLogger(__name__)

# The first wait after a failure. Each further one doubles it, up to the provider's own schedule.
AFTER_FAILURE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RunReport:
    """``applied`` is None if the run failed."""

    name: str
    status: str
    message: str = ""
    applied: Applied | None = None


def run_due_providers(
    *, known: Iterable[Provider] | None = None, sources: Sources | None = None, limit: int = 1
) -> list[RunReport]:
    """Run up to ``limit`` providers that are due. One statement if none is."""
    sources = sources or default_sources()
    by_name = {provider.name: provider for provider in (providers() if known is None else known)}
    if not by_name:
        return []
    due = find_due(by_name, at_once=sources.catalog.parallel_providers)
    reports = [run_provider(by_name[name], sources=sources, only_due=True) for name in due[:limit]]
    return [report for report in reports if report is not None]


def run_provider_named(name: str) -> RunReport | None:
    """Run it now. Raises NotFoundError."""
    return run_provider(get_provider(name))


def run_provider(
    provider: Provider, *, sources: Sources | None = None, only_due: bool = False, timeout: timedelta | None = None
) -> RunReport | None:
    """None if another process runs it."""
    sources = sources or default_sources()
    token = claim_run(provider.name, only_due=only_due)
    if token is None:
        return None
    lease = Lease(provider.name, token, provider.schedule.timeout if timeout is None else timeout)
    run = _Run(provider, sources, lease)
    report = run.run()
    logger.info("ran a provider", extra={"provider": provider.name, "status": report.status})
    return report


class _Run:
    def __init__(self, provider: Provider, sources: Sources, lease: Lease) -> None:
        self.provider, self.sources, self.lease = provider, sources, lease
        self.has_kept = False

    def run(self) -> RunReport:
        name = self.provider.name
        try:
            context = self._context()
            with self.lease.kept():
                result = self._with_changes(self.provider.read(context), context)
            applied = apply_result(self.provider, result, self.lease, self.sources)
        except RunStoppedError as error:
            self.lease.end(next_run_at=timezone.now())
            return RunReport(name, "stopped", error.message)
        except CallboardError as error:
            return self._fail(error, error.message)
        except Exception as error:
            logger.exception("a provider failed", extra={"provider": name})
            return self._fail(error, f"unexpected {type(error).__name__} while reading; see the worker's log")
        self._replay()
        return RunReport(name, "held" if applied.held else "ok", "", applied)

    def _context(self) -> ReadContext:
        name = self.provider.name
        text = ProviderRun.objects.values_list("state", flat=True).get(bucket=name)
        return ReadContext(
            sources=self.sources,
            state=read_state(text),
            captured=list_captured_of(name),
            progress=self.lease.report,
            keep=self._keep,
        )

    def _keep(self, files: Sequence[CapturedFile], state: State) -> None:
        keep_progress(self.provider.name, files, state, self.lease)
        self.has_kept = True

    def _fail(self, error: Exception, message: str) -> RunReport:
        row = ProviderRun.objects.values("failures").get(bucket=self.provider.name)
        failures = 0 if self.has_kept else row["failures"] + 1
        self.lease.end(
            next_run_at=self._next_try(error, failures),
            status=ProviderRun.Status.FAILED,
            message=message[:5000],
            failures=failures,
        )
        return RunReport(self.provider.name, "failed", message)

    def _next_try(self, error: Exception, failures: int) -> datetime | None:
        """Soon after the first failure, and when a host that has had enough says so."""
        now = timezone.now()
        if isinstance(error, RunTimeoutError) and self.has_kept:
            return now
        retry_at = getattr(error, "retry_at", None)
        if isinstance(retry_at, float | int):
            return max(datetime.fromtimestamp(retry_at, UTC), now)
        soon = now + AFTER_FAILURE * 2 ** min(failures - 1, 10)
        regular = self.provider.schedule.next_after(now)
        return soon if regular is None or regular > soon else regular

    def _with_changes(self, result: ProviderResult, context: ReadContext) -> ProviderResult:
        """What events have changed while the source was read may be newer than what was read."""
        names = self._touched()
        changes = self.provider.read_some(replace(context, state=result.state), names) if names else None
        return merge(result, changes) if changes else result

    def _replay(self) -> None:
        """The same for events since."""
        names = self._touched()
        if names:
            apply_changes(self.provider, names, sources=self.sources)

    def _touched(self) -> list[str]:
        text = ProviderRun.objects.values_list("touched", flat=True).get(bucket=self.provider.name)
        names: list[str] = orjson.loads(text)
        return names


def merge(result: ProviderResult, changes: PartialResult) -> ProviderResult:
    """All that the source has, some of it read again."""
    gone = {*changes.removed, *(entity.entity_ref for entity in changes.added)}
    again = {*changes.dropped, *(file.url for file in changes.captured)}
    return ProviderResult(
        entities=[entity for entity in result.entities if entity.entity_ref not in gone] + changes.added,
        captured=[file for file in result.captured if file.url not in again] + changes.captured,
        kept=result.kept - again,
        state=changes.state,
        warnings=[*result.warnings, *changes.warnings],
    )


def read_state(text: str) -> dict[str, Any]:
    state = orjson.loads(text)
    return state if isinstance(state, dict) else {}
