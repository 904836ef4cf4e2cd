"""As whom we ask a code host's API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


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


NOBODY = FixedCredentials()


def bearer(token: str | None) -> FixedCredentials:
    return FixedCredentials(value=f"Bearer {token}") if token else NOBODY
