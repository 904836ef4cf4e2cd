"""Tokens of an OAuth consumer of Bitbucket Cloud, which last two hours."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from integrations.hosts.answer import needed, number_of
from integrations.hosts.api import HostApi
from integrations.hosts.credentials import PassingToken


class ConsumerCredentials:
    """The client credentials flow. Thread-safe. ``site`` asks as the consumer."""

    def __init__(self, client_id: str, site: HostApi, now: Callable[[], float] = time.monotonic) -> None:
        self._client_id = client_id
        self._site = site
        self._token = PassingToken(self._ask, now)

    @property
    def account(self) -> str:
        return f"consumer {self._client_id}"

    def renew(self) -> None:
        self._token.drop()

    def headers(self) -> Mapping[str, str]:
        """Raises what HostApi raises."""
        return self._token.headers()

    def _ask(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"}
        answer = self._site.post("site", "oauth2", "access_token", form=form, is_repeatable=True).row()
        token = needed(answer, "access_token", what="Getting a token of the OAuth consumer")
        return token, number_of(answer, "expires_in")
