"""What events are counted by. No label names a repository or a person."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from comms.events.payloads import FAMILIES

RECEIVED = Counter("callboard_events_received_total", "Events that were sent to us", ["topic", "outcome"])
WORKED = Counter("callboard_events_worked_total", "Events that were worked", ["outcome"])
SECONDS = Histogram(
    "callboard_events_seconds",
    "From when an event was received until the catalog shows what it told",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)


def count_received(topic: str, outcome: str) -> None:
    """``outcome``: accepted, repeated, ignored or refused."""
    family = topic.partition(".")[0]
    RECEIVED.labels(family if family in FAMILIES else "other", outcome).inc()


def count_worked(outcome: str, seconds: float | None = None) -> None:
    """``outcome``: done, failed or retried."""
    WORKED.labels(outcome).inc()
    if seconds is not None:
        SECONDS.observe(max(seconds, 0.0))
