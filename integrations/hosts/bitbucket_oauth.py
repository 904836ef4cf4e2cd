"""Tokens of an OAuth consumer of Bitbucket Cloud, which last two hours."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from integrations.hosts.answer import needed, number_of
from integrations.hosts.api import HostApi

# A token is not used in its last minutes: clocks differ, and calls take their time.
SPARE_SECONDS = 300.0


class ConsumerCredentials:
    """The client credentials flow. Thread-safe. ``site`` asks as the consumer."""

    def __init__(self, client_id: str, site: HostApi, now: Callable[[], float] = time.monotonic) -> None:
        self._client_id = client_id
        self._site = site
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._ends_at = 0.0

    @property
    def account(self) -> str:
        return f"consumer {self._client_id}"

    def renew(self) -> None:
        with self._lock:
            self._token = ""

    def headers(self) -> Mapping[str, str]:
        """Raises what HostApi raises."""
        with self._lock:
            if not self._token or self._now() >= self._ends_at:
                self._token = ""
                form = {"grant_type": "client_credentials"}
                answer = self._site.post("site", "oauth2", "access_token", form=form, is_repeatable=True).row()
                self._token = needed(answer, "access_token", what="Getting a token of the OAuth consumer")
                self._ends_at = self._now() + number_of(answer, "expires_in") - SPARE_SECONDS
            return {"Authorization": f"Bearer {self._token}"}
