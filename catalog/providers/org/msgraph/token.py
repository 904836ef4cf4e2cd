"""The access token of an app registration: asked for when it is first needed, and again shortly before it ends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import httpx

from catalog.providers.org.msgraph.config import GraphConfig
from common.errors import CallboardError
from integrations.hosts.credentials import PassingToken
from integrations.hosts.errors import HostSilentError
from integrations.http.api_path import path_of
from integrations.http.body import ACCEPTED_ENCODINGS, read_bounded
from integrations.http.deadline import deadline
from integrations.http.faults import AddressRefused, ReadFault
from integrations.whatwg import parse_url

SECONDS = 30.0
MAX_BYTES = 256 * 1024
MAX_SAID = 300


class TokenCredentials:
    """The client credentials flow. Thread-safe."""

    def __init__(
        self, config: GraphConfig, transport: httpx.BaseTransport, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._transport = transport
        self._token = PassingToken(self._ask, now)

    @property
    def account(self) -> str:
        return f"{self._config.tenant}/{self._config.client_id}"

    def headers(self) -> Mapping[str, str]:
        return self._token.headers()

    def _ask(self) -> tuple[str, float]:
        """Raises CallboardError with the authority's own words, never with the secret."""
        config = self._config
        url = f"{config.authority}{path_of(config.tenant, 'oauth2', 'v2.0', 'token')}"
        target = parse_url(config.target)
        form = {
            "grant_type": "client_credentials",
            "client_id": config.client_id,
            "client_secret": config.client_secret,
            "scope": f"{target.scheme}://{target.hostname}/.default",
        }
        status, data = self._post(url, form)
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            said = None
        if status == 200 and isinstance(said, dict) and _is_token(said.get("access_token")):
            seconds = said.get("expires_in")
            return said["access_token"], float(seconds) if isinstance(seconds, int) else 0.0
        reason = said.get("error_description") or said.get("error") if isinstance(said, dict) else None
        text = str(reason or "no token")[:MAX_SAID].replace(config.client_secret, "***")
        error = HostSilentError if status >= 500 else CallboardError
        raise error(f"{config.authority} gave no token for the app '{config.client_id}': {status} {text}")

    def _post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        timeout = {"connect": 10.0, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
        headers = {"Accept": "application/json", "Accept-Encoding": ACCEPTED_ENCODINGS, "User-Agent": "Callboard"}
        request = httpx.Request("POST", url, data=dict(form), headers=headers, extensions={"timeout": timeout})
        try:
            with deadline(SECONDS), closing(self._transport.handle_request(request)) as response:
                encoding = response.headers.get("content-encoding", "").strip().lower()
                stream: Any = response.stream
                return response.status_code, read_bounded(iter(stream), encoding=encoding, max_bytes=MAX_BYTES)
        except AddressRefused as error:
            raise CallboardError(f"{self._config.authority} is not asked for a token: {error}") from None
        except (httpx.TransportError, httpx.InvalidURL, ReadFault) as error:
            raise HostSilentError(f"{self._config.authority} gave no token: {error or type(error).__name__}") from None


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""
