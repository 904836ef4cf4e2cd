"""Takes an event in: checked, understood and stored, before anybody is told that it was accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from django.db import transaction
from django.utils import timezone

from catalog.ingestion.sources import default_sources
from comms.events import metrics
from comms.events.happening import Happening
from comms.events.payloads import INTEGRATIONS, name_of, read_happening
from comms.events.signatures import SCHEMES
from comms.models import Event, EventStatus

DELIVERY_HEADERS = ("X-GitHub-Delivery", "X-Gitea-Delivery", "Idempotency-Key", "X-Request-UUID", "X-Request-Id")
LONGEST_DELIVERY = 200

Outcome = Literal["accepted", "repeated", "ignored"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request: ``body`` as it was signed, ``payload`` what its JSON says."""

    topic: str
    headers: Mapping[str, str]
    body: bytes
    payload: Any


def receive(delivery: Delivery) -> Outcome:
    """
    Keep what it means as work to do. Asking twice is harmless: what has come before, whatever its headers say now, is
    not worked again, unless it had failed.
    """
    name = name_of(delivery.topic, delivery.headers, delivery.payload)
    happening = read_happening(delivery.topic, name, delivery.headers, delivery.payload)
    if happening is None or not _is_of(happening, delivery.topic):
        return _counted(delivery, "ignored")
    with transaction.atomic():
        return _counted(delivery, _store(delivery, name, happening))


def _counted(delivery: Delivery, outcome: Outcome) -> Outcome:
    metrics.count_received(delivery.topic, outcome)
    return outcome


def _is_of(happening: Happening, topic: str) -> bool:
    """Whether the host is one of the topic's kind: who knows one host's secret has no say about another one's."""
    integration = default_sources().integrations.by_host(happening.host)
    return integration is not None and integration.type == INTEGRATIONS[topic.partition(".")[0]]


def _store(delivery: Delivery, name: str, happening: Happening) -> Outcome:
    now = timezone.now()
    told = next((delivery.headers[header] for header in DELIVERY_HEADERS if header in delivery.headers), "")
    row = Event(
        topic=delivery.topic,
        name=name,
        delivery=told[:LONGEST_DELIVERY],
        digest=_digest(delivery, name, told),
        subject=happening.subject,
        happening=orjson.dumps(happening.to_json()).decode(),
        received_at=now,
        due_at=now,
    )
    known = Event.objects.filter(topic=row.topic, digest=row.digest)
    if _revive(known, now):
        return "accepted"
    if known.exists():
        return "repeated"
    Event.objects.bulk_create([row], ignore_conflicts=True)
    return "accepted"


def _revive(known: Any, now: datetime) -> bool:
    """Someone has asked the host to tell a failed one again."""
    failed = known.filter(status=EventStatus.FAILED)
    return bool(failed.update(status=EventStatus.WAITING, due_at=now, attempts=0, message=""))


def _digest(delivery: Delivery, name: str, told: str) -> str:
    """
    By the signed body where there is a signature: the id stands in a header, which nobody signs. Else by the id, as a
    branch that goes back and forth makes equal bodies.
    """
    scheme = SCHEMES.get(delivery.topic)
    is_signed = scheme is not None and scheme.is_signed
    what = told.encode("utf-8", "replace") if told and not is_signed else delivery.body
    return hashlib.sha256(name.encode("utf-8", "replace") + b"\0" + what).hexdigest()
