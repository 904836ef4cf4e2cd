"""People and teams have changed: the provider that reads them runs soon, once for many such events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from catalog.models import ProviderRun
from catalog.providers.lease import ensure_rows
from catalog.providers.provider import Provider

# Events of this kind come in flocks.
PAUSE = timedelta(seconds=3)
# From the start of one run to the next that events ask for.
APART = timedelta(minutes=1)
RETRY = timedelta(seconds=10)


def request_run_soon(provider: Provider) -> datetime | None:
    """When to ask again, if it is running already and has begun before; None if it will run."""
    ensure_rows([provider])
    now = timezone.now()
    row = ProviderRun.objects.only("claimed_until", "started_at").get(bucket=provider.name)
    if row.claimed_until is not None and row.claimed_until > now:
        return now + RETRY
    due = now + PAUSE if row.started_at is None else max(now + PAUSE, row.started_at + APART)
    later = Q(next_run_at=None) | Q(next_run_at__gt=due)
    ProviderRun.objects.filter(later, bucket=provider.name).update(next_run_at=due)
    return None
