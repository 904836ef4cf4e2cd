"""
How often a code host lets an account ask, as the host itself says in each answer.

A share is kept for people: what nobody waits for stops before the last call is used up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from integrations.hosts.errors import RateLimitedError, clock_time
from integrations.hosts.metrics import show_remaining

RESERVE_PERCENT = 20
# Below this, a number is seconds from now; above, seconds since 1970.
LONGEST_DELTA = 10_000_000
# A limit that names no time is over after so long.
DEFAULT_PAUSE = 60.0
LONGEST_LIMIT = 24 * 3600.0


class Budget:
    """What is left for one account at one host. Thread-safe. ``reserve_percent`` of the limit is kept for people."""

    def __init__(
        self, host: str, *, reserve_percent: int = RESERVE_PERCENT, now: Callable[[], float] = time.time
    ) -> None:
        self.host = host
        self.reserve_percent = reserve_percent
        self._now = now
        self._lock = threading.Lock()
        self._limit = 0
        self._remaining: int | None = None
        self._reset_at = 0.0
        self._blocked_until = 0.0

    @property
    def remaining(self) -> int | None:
        """As of the last answer; None if the host has not said, or the limit was reset since."""
        with self._lock:
            return self._remaining if self._now() < self._reset_at else None

    def check(self, *, for_people: bool = False) -> None:
        """Raises RateLimitedError if nothing may be asked now."""
        with self._lock:
            now = self._now()
            if now < self._blocked_until:
                raise self._limited("has asked us to pause", self._blocked_until)
            if self._remaining is None or now >= self._reset_at:
                return
            if self._remaining <= 0:
                raise self._limited(f"allows {self._limit} calls, which are used up", self._reset_at)
            if not for_people and self._remaining <= self._limit * self.reserve_percent / 100:
                raise self._limited(
                    f"allows {self._remaining} more calls of {self._limit}, which are kept for people", self._reset_at
                )
            self._remaining -= 1

    def learn(self, headers: Mapping[str, str]) -> None:
        """From the headers of any answer, whose names are in lower case or which do not mind."""
        remaining, limit = _number(headers, "remaining"), _number(headers, "limit")
        if remaining is None:
            return
        with self._lock:
            self._remaining = int(remaining)
            self._limit = int(limit if limit is not None else max(self._limit, remaining))
            self._reset_at = self._moment(_number(headers, "reset"))
        _show(self)

    def block(self, headers: Mapping[str, str]) -> RateLimitedError:
        """After an answer that said "too often": the error to raise. Nothing is asked until its time."""
        with self._lock:
            self._blocked_until = self._end_of_block(headers)
            return self._limited("has asked us to pause", self._blocked_until)

    def _end_of_block(self, headers: Mapping[str, str]) -> float:
        after = _digits(headers.get("retry-after", ""))
        if after is not None:
            return self._now() + min(after, LONGEST_LIMIT)
        reset = _number(headers, "reset")
        return self._moment(reset) if _number(headers, "remaining") == 0 else self._now() + DEFAULT_PAUSE

    def _moment(self, reset: float | None) -> float:
        now = self._now()
        if reset is None:
            return now + DEFAULT_PAUSE
        return min(now + reset if reset < LONGEST_DELTA else reset, now + LONGEST_LIMIT)

    def _limited(self, what: str, until: float) -> RateLimitedError:
        return RateLimitedError(f"{self.host} {what}; asked again after {clock_time(until)}", until)


class Budgets:
    """The budgets of this process, one for each account at each host."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._budgets: dict[tuple[str, str], Budget] = {}

    def of(self, host: str, account: str, *, reserve_percent: int = RESERVE_PERCENT) -> Budget:
        with self._lock:
            budget = self._budgets.setdefault((host, account), Budget(host, reserve_percent=reserve_percent))
            budget.reserve_percent = reserve_percent
            return budget

    def fewest_left(self, host: str) -> int | None:
        with self._lock:
            budgets = [budget for (name, _), budget in self._budgets.items() if name == host]
        return min((left for budget in budgets if (left := budget.remaining) is not None), default=None)

    def forget(self) -> None:
        with self._lock:
            self._budgets.clear()


BUDGETS = Budgets()


def _show(budget: Budget) -> None:
    left = BUDGETS.fewest_left(budget.host)
    if left is None:
        left = budget.remaining
    if left is not None:
        show_remaining(budget.host, left)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    """By any of the names that hosts use."""
    text = headers.get(f"x-ratelimit-{name}") or headers.get(f"ratelimit-{name}") or ""
    return _digits(text)


def _digits(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 13 else None
