"""Requests to identity providers: no redirects, no proxies, bounded in time and size, never to metadata services."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client

from identity.sign_in.provider import ProviderError
from integrations.http.addresses import Reach
from integrations.http.body import ACCEPTED_ENCODINGS, read_bounded
from integrations.http.deadline import deadline
from integrations.http.faults import ReadFault
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport

TIMEOUT_SECONDS = 10.0
MAX_BYTES = 512 * 1024
PACKING_HEADERS = ("content-encoding", "content-length", "transfer-encoding")


class BoundedTransport(httpx.BaseTransport):
    """Gives whole answers. Raises httpx.TransportError for those that are too long."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._transport.handle_request(request)
            with closing(response):
                encoding = response.headers.get("content-encoding", "").strip().lower()
                data = read_bounded(response.stream, encoding=encoding, max_bytes=MAX_BYTES)  # type: ignore[arg-type]
        except ReadFault as error:
            raise httpx.TransportError(str(error)) from None
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in PACKING_HEADERS]
        return httpx.Response(response.status_code, headers=headers, content=data)


def open_client(transport: httpx.BaseTransport | None) -> httpx.Client:
    """``transport`` takes the place of the network, in tests."""
    return httpx.Client(
        transport=BoundedTransport(transport or _network()),
        headers={"Accept": "application/json", "Accept-Encoding": ACCEPTED_ENCODINGS, "User-Agent": "Callboard"},
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


@lru_cache(maxsize=1)
def _network() -> CheckedTransport:
    # The operator has named these hosts, so they may lie on his own machines.
    return CheckedTransport(CheckedResolver(lambda hostname, port: Reach.LOOPBACK))


class _ClientAuth(httpx.Auth, ClientAuth):  # type: ignore[misc]  # authlib has no types
    """How we prove to be the client, for httpx."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Any:
        url, headers, body = self.prepare(request.method, str(request.url), request.headers, request.content.decode())
        headers["Content-Length"] = str(len(body))
        yield httpx.Request(request.method, url, headers=headers, content=body, extensions=request.extensions)


class OAuthClient(OAuth2Client):  # type: ignore[misc]  # authlib has no types
    """authlib's protocol over our client."""

    client_auth_class = _ClientAuth


def ask_token(client: OAuthClient, method: str, url: str, **parameters: Any) -> dict[str, Any]:
    """``fetch_token`` or ``refresh_token`` of the client. Raises ProviderError, without a word of what was sent."""
    try:
        with deadline(TIMEOUT_SECONDS):
            token = dict(getattr(client, method)(url, **parameters))
    except AuthlibBaseError as error:
        detail = error.description or error.error
        raise ProviderError(f"The identity provider refused: {str(detail)[:200]}") from None
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise ProviderError(f"The identity provider at {url} gave no answer to use ({_kind_of(error)})") from None
    if not isinstance(token.get("access_token"), str) or not token["access_token"]:
        raise ProviderError("The identity provider gave no access token")
    return token


def get_json(client: httpx.Client, url: str, *, access_token: str | None = None) -> Any:
    """Raises ProviderError."""
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    try:
        with deadline(TIMEOUT_SECONDS):
            response = client.get(url, headers=headers)
        if response.status_code != 200:
            raise ProviderError(f"The identity provider answered {url} with {response.status_code}")
        return response.json()
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise ProviderError(f"The identity provider at {url} gave no answer to use ({_kind_of(error)})") from None


def _kind_of(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, httpx.TransportError) else type(error).__name__
