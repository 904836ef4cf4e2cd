"""As whom we ask a code host's API."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

# A token is not used in its last minutes: clocks differ, and calls take their time.
SPARE_SECONDS = 300.0


class Credentials(Protocol):
    """``account`` tells budgets apart. It is no secret, and reveals none."""

    @property
    def account(self) -> str: ...

    def headers(self) -> Mapping[str, str]:
        """For the next request. Raises CallboardError if there are none to be had."""


@runtime_checkable
class Renewable(Protocol):
    """Credentials that are got from somewhere, and may be got anew."""

    def renew(self) -> None:
        """The host has refused them: what is kept of them is forgotten."""


@dataclass(frozen=True, slots=True)
class FixedCredentials:
    """One header, or none for who is nobody."""

    name: str = "Authorization"
    value: str = field(default="", repr=False)

    @property
    def account(self) -> str:
        return hashlib.sha256(f"{self.name}:{self.value}".encode()).hexdigest()[:16] if self.value else "anonymous"

    def headers(self) -> Mapping[str, str]:
        return {self.name: self.value} if self.value else {}


class PassingToken:
    """
    A token that lasts a while: asked for when it is first needed, and again shortly before it ends. Thread-safe.

    ``ask`` gives it, and for how many seconds it is good.
    """

    def __init__(self, ask: Callable[[], tuple[str, float]], now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._ends_at = 0.0

    def headers(self) -> Mapping[str, str]:
        """Raises what ``ask`` raises."""
        with self._lock:
            if not self._token or self._now() >= self._ends_at:
                self._token = ""
                token, seconds = self._ask()
                self._token, self._ends_at = token, self._now() + seconds - SPARE_SECONDS
            return {"Authorization": f"Bearer {self._token}"}

    def drop(self) -> None:
        with self._lock:
            self._token = ""


NOBODY = FixedCredentials()


def bearer(token: str | None) -> FixedCredentials:
    return FixedCredentials(value=f"Bearer {token}") if token else NOBODY
