"""What a web process asks the table of signals."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.db.models import Max

from comms.models import Signal

MOST_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ReadSignal:
    """``recipients`` is None for everybody. ``text`` is what a browser gets."""

    id: int
    recipients: frozenset[str] | None
    channel: str
    text: str


def find_newest() -> int:
    """The highest id; 0 where there is none. One statement."""
    return Signal.objects.aggregate(newest=Max("id"))["newest"] or 0


def read_after(id_: int) -> list[ReadSignal]:
    """Those with higher ids, oldest first. One statement."""
    rows = Signal.objects.filter(id__gt=id_).order_by("id").values_list("id", "recipients", "channel", "message")
    return [_to_signal(*row) for row in rows[:MOST_AT_ONCE]]


def _to_signal(id_: int, recipients: str, channel: str, message: str) -> ReadSignal:
    refs = orjson.loads(recipients)
    text = f'{{"channel":{orjson.dumps(channel).decode()},"message":{message}}}'
    return ReadSignal(id_, None if refs is None else frozenset(refs), channel, text)
