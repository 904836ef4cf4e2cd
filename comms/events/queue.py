"""
The queue of events: claimed with a token and a lease, given back as done, failed, or due again later.

What a killed process had claimed is due again when its lease ends. To work an event twice is harmless.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from common.database import in_transaction, is_postgres
from comms.models import Event, EventStatus

AT_ONCE = 24
LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(minutes=10)
LONGEST_MESSAGE = 2_000
MOST_SHOWN = 20
KEEP_DONE, KEEP_FAILED = timedelta(days=1), timedelta(days=7)


def claim_due(*, limit: int = AT_ONCE) -> list[Event]:
    """The oldest that are due, each with the token of this claim. One statement if there is none."""
    due = Event.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "id")
    if not due.exists():
        return []
    token = uuid.uuid4().hex

    def work() -> None:
        rows = due.select_for_update(skip_locked=True) if is_postgres() else due
        ids = list(rows.values_list("id", flat=True)[:limit])
        Event.objects.filter(id__in=ids).update(claim=token, due_at=timezone.now() + LEASE, attempts=F("attempts") + 1)

    in_transaction(work)
    return list(Event.objects.filter(claim=token).order_by("id"))


def give_up_hopeless(events: Sequence[Event]) -> list[Event]:
    """Without those that have ended so many processes that they will never be done."""
    _end(
        [event for event in events if event.attempts > MOST_ATTEMPTS],
        status=EventStatus.FAILED,
        due_at=None,
        message="whoever worked it did not come to an end",
    )
    return [event for event in events if event.attempts <= MOST_ATTEMPTS]


def renew(events: Sequence[Event]) -> None:
    """Keep the claim alive before work that may take long."""
    token = events[0].claim
    in_transaction(lambda: Event.objects.filter(claim=token).update(due_at=timezone.now() + LEASE))


def end(events: Sequence[Event], message: str) -> None:
    """They are done. Nothing happens to those that another process has taken over."""
    _end(events, status=EventStatus.DONE, due_at=None, message=message)


def postpone(event: Event, message: str, *, until: datetime | None = None) -> bool:
    """
    To be tried again: ``until`` then, without counting as a try, or after a pause that doubles. False if it has failed
    for good now.
    """
    now = timezone.now()
    if until is not None:
        _end([event], due_at=max(until, now + timedelta(seconds=1)), message=message, attempts=event.attempts - 1)
        return True
    if event.attempts >= MOST_ATTEMPTS:
        _end([event], status=EventStatus.FAILED, due_at=None, message=message)
        return False
    pause = min(timedelta(seconds=2**event.attempts), LONGEST_PAUSE)
    _end([event], due_at=now + pause, message=message)
    return True


def _end(events: Sequence[Event], *, message: str, **changes: object) -> None:
    if not events:
        return
    held = Event.objects.filter(id__in=[event.id for event in events], claim=events[0].claim)
    values = {"claim": "", "worked_at": timezone.now(), "message": message[:LONGEST_MESSAGE], **changes}
    in_transaction(lambda: held.update(**values))


def release_claims_of_the_dead() -> int:
    """Only for the start of an installation whose other processes are all gone."""
    return Event.objects.exclude(claim="").update(claim="", due_at=timezone.now())


def try_again(id_: int) -> None:
    """Someone wants it worked once more, now."""
    Event.objects.filter(id=id_).update(status=EventStatus.WAITING, due_at=timezone.now(), attempts=0, claim="")


def list_troubled(limit: int = MOST_SHOWN) -> list[Event]:
    """Those that have failed, and those that will be tried again, the newest first. One statement."""
    rows = Event.objects.filter(Q(status=EventStatus.FAILED) | Q(status=EventStatus.WAITING, message__gt=""))
    return list(rows.order_by("-id")[:limit])


def prune_events(now: datetime | None = None) -> int:
    """Forget those that are done for a day, or failed for a week. How many went."""
    now = now or timezone.now()
    count = 0
    for status, keep in ((EventStatus.DONE, KEEP_DONE), (EventStatus.FAILED, KEEP_FAILED)):
        count += Event.objects.filter(status=status, received_at__lt=now - keep).delete()[0]
    return count
