"""What is counted of calls to code hosts. Hosts come from the configuration; no label names an account."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

CALLS = Counter("callboard_host_calls", "Calls to the APIs of code hosts", ["host", "outcome"])
REMAINING = Gauge(
    "callboard_host_budget_remaining",
    "Calls that the code host still allows until its limit is reset, for the account with the fewest left",
    ["host"],
    multiprocess_mode="mostrecent",
)


def count_call(host: str, outcome: str) -> None:
    """``outcome``: ok, unchanged, missing, limited, refused or silent."""
    CALLS.labels(host, outcome).inc()


def show_remaining(host: str, remaining: int) -> None:
    REMAINING.labels(host).set(remaining)
