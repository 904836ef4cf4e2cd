"""
Who runs a provider: one process at a time, held to it by a lease and a fencing token.

What a killed process had claimed is due again when its lease ends. Whoever was merely slow finds another token in the
row, and writes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.utils import timezone

from catalog.models import ProviderRun
from catalog.providers.errors import RunStoppedError, RunTimeoutError
from catalog.providers.provider import Provider
from common.database import in_transaction
from common.stopping import is_stopping

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
# In seconds.
RENEW_EVERY = 10.0
SHOW_PROGRESS_EVERY = 2.0
# A source that does not come back at all is given up so long after the timeout.
GRACE = timedelta(minutes=1)


def ensure_rows(providers: Iterable[Provider]) -> None:
    """A row for each provider. One that never ran is due by its schedule; a schedule made shorter counts at once."""
    known = {row.bucket: row for row in ProviderRun.objects.only("bucket", "kind", "next_run_at", "started_at")}
    now = timezone.now()
    for provider in providers:
        row = known.get(provider.name)
        if row is None:
            due = provider.schedule.first_after(now)
            ProviderRun.objects.bulk_create(
                [ProviderRun(bucket=provider.name, kind=provider.kind, next_run_at=due)], ignore_conflicts=True
            )
            continue
        due = provider.schedule.next_after(now) if row.started_at else provider.schedule.first_after(now)
        if due != row.next_run_at and (row.next_run_at is None or due is None or due < row.next_run_at):
            # Asked for by a person, it is due already and stays so.
            ProviderRun.objects.filter(bucket=provider.name).exclude(next_run_at__lte=now).update(next_run_at=due)


def release_runs_of_the_dead() -> None:
    """Only for the start of an installation whose other processes are all gone."""
    ProviderRun.objects.exclude(claim="").update(claim="", claimed_until=None, next_run_at=timezone.now())


def find_due(names: Iterable[str], *, at_once: int) -> list[str]:
    """The providers that are due, the longest first; none if as many as may run are running. One statement."""
    now = timezone.now()
    rows = ProviderRun.objects.filter(bucket__in=list(names)).values_list("bucket", "next_run_at", "claimed_until")
    running = [row for row in rows if row[2] is not None and row[2] > now]
    if len(running) >= at_once:
        return []
    due = [(row[1], row[0]) for row in rows if row not in running and row[1] is not None and row[1] <= now]
    return [name for _, name in sorted(due)]


def claim_run(name: str, *, only_due: bool = False) -> str | None:
    """A token for running this provider now; None while another process does. One statement."""
    now, token = timezone.now(), uuid.uuid4().hex
    rows = ProviderRun.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), bucket=name)
    if only_due:
        rows = rows.filter(next_run_at__lte=now)
    taken = rows.update(claim=token, claimed_until=now + LEASE, started_at=now, done=0, total=0)
    return token if taken else None


class Lease:
    """The claim of a run under way. ``report`` ends the run when it must."""

    def __init__(self, name: str, token: str, timeout: timedelta) -> None:
        self.name, self.token, self.timeout = name, token, timeout
        self._started = self._shown = time.monotonic()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the claim while a source is read, which may take its time to answer."""
        is_over = threading.Event()
        threading.Thread(target=self._renew, args=[is_over], name="provider-lease", daemon=True).start()
        try:
            yield
        finally:
            is_over.set()

    def _renew(self, is_over: threading.Event) -> None:
        until = self._started + (self.timeout + GRACE).total_seconds()
        while not is_over.wait(RENEW_EVERY) and time.monotonic() < until:
            try:
                ProviderRun.objects.filter(bucket=self.name, claim=self.token).update(
                    claimed_until=timezone.now() + LEASE
                )
            except DatabaseError as error:
                logger.warning("could not renew the lease of a provider's run: %s", error)
            finally:
                connection.close()

    def report(self, done: int, total: int) -> None:
        """Raises RunStoppedError if this process must end or has lost the run, RunTimeoutError after the timeout."""
        if is_stopping():
            raise RunStoppedError("The process was asked to stop")
        now = time.monotonic()
        if now - self._started > self.timeout.total_seconds():
            raise RunTimeoutError(
                f"The run took longer than its timeout of {self.timeout.total_seconds():.0f} s, with {done} of {total}"
                " done; raise schedule.timeout of this provider"
            )
        if now - self._shown > SHOW_PROGRESS_EVERY:
            self._shown = now
            self._show(done, total)

    def _show(self, done: int, total: int) -> None:
        until = timezone.now() + LEASE
        rows = ProviderRun.objects.filter(bucket=self.name, claim=self.token)
        if not in_transaction(lambda: rows.update(claimed_until=until, done=done, total=total)):
            raise RunStoppedError("Another process has taken this run over")

    def hold(self) -> None:
        """
        Lock the row and make sure that it is still ours, inside of the caller's transaction. Raises RunStoppedError.
        """
        rows = ProviderRun.objects.filter(bucket=self.name, claim=self.token)
        if not rows.update(claimed_until=timezone.now() + LEASE):
            raise RunStoppedError("Another process has taken this run over")

    def end(self, *, next_run_at: datetime | None, **changes: object) -> None:
        """Give the row back with what the run came to; nothing if it is not ours any more."""
        now = timezone.now()
        rows = ProviderRun.objects.filter(bucket=self.name, claim=self.token)
        asked = Case(
            When(next_run_at__gt=F("started_at"), next_run_at__lte=now, then=F("next_run_at")),
            default=Value(next_run_at, output_field=DateTimeField(null=True)),
        )
        seconds = time.monotonic() - self._started
        rows.update(claim="", claimed_until=None, ended_at=now, next_run_at=asked, duration=seconds, **changes)


def request_run(name: str) -> bool:
    """Have it run soon; a run that is under way is followed by another. False if there is no such provider."""
    return bool(ProviderRun.objects.filter(bucket=name).update(next_run_at=timezone.now()))
