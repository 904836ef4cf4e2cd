"""
One code host's API, asked with the user's token.

The token goes to the address that the configuration names, and nowhere else: redirects are not followed, and links to
further pages only where they stay below that address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson
from django.conf import settings

from common.app_config import AppConfig
from common.errors import InputError, ServiceUnavailableError
from integrations.http.body import ACCEPTED_ENCODINGS, read_bounded
from integrations.http.deadline import deadline
from integrations.http.faults import ReadFault
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport
from integrations.policy import ReadingPolicy

SECONDS = 20.0
MOST_PAGES = 50
PAGE_SIZE = 100
MOST_BYTES = 10 * 1024 * 1024
LONGEST_TOKEN = 8192
LONGEST_SEGMENT = 500


class HostApi:
    """``base_url`` is of the configuration, without a slash at its end."""

    def __init__(self, base_url: str, token: str, *, transport: httpx.BaseTransport | None = None) -> None:
        """Raises InputError for a token that no header can hold."""
        if len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable():
            raise InputError("The token is none: it is too long, or holds other characters than letters and digits")
        self._base_url = base_url
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED_ENCODINGS,
            "User-Agent": "Callboard",
        }
        self._transport = transport or default_transport()

    def get(self, path: str, **query: str | int) -> Any:
        """
        The JSON at a path below the base URL.

        Raises InputError if the host refuses, as with a token that is no good, ServiceUnavailableError if it is ill.
        """
        return self._get(self._address(path, query))

    def numbered_pages(self, path: str) -> Iterator[Any]:
        """The items of lists that count their pages, as GitHub and GitLab do."""
        for page in range(1, MOST_PAGES + 1):
            items = self.get(path, per_page=PAGE_SIZE, page=page)
            if not isinstance(items, list):
                raise ServiceUnavailableError(f"{self._base_url}{path} did not answer with a list")
            yield from items
            if len(items) < PAGE_SIZE:
                return

    def linked_pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """The items of lists whose pages name the next one, as Bitbucket does."""
        address: Any = self._address(path, {**query, "pagelen": PAGE_SIZE})
        for _ in range(MOST_PAGES):
            page = self._get(address)
            yield from (page.get("values") or []) if isinstance(page, Mapping) else []
            address = page.get("next") if isinstance(page, Mapping) else None
            if not isinstance(address, str) or not address.startswith(f"{self._base_url}/"):
                return

    def _address(self, path: str, query: Mapping[str, str | int]) -> str:
        return f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")

    def _get(self, address: str) -> Any:
        timeout = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}
        try:
            request = httpx.Request("GET", address, headers=self._headers, extensions={"timeout": timeout})
            response = self._transport.handle_request(request)
            with closing(response):
                encoding = response.headers.get("content-encoding", "").strip().lower()
                data = read_bounded(response.stream, encoding=encoding, max_bytes=MOST_BYTES)  # type: ignore[arg-type]
        except (httpx.TransportError, httpx.InvalidURL, ReadFault) as error:
            raise ServiceUnavailableError(f"{self._base_url} cannot be asked: {error}") from None
        return self._read(response, data)

    def _read(self, response: httpx.Response, data: bytes) -> Any:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        if response.status_code >= 500:
            raise ServiceUnavailableError(f"{self._base_url} answered {status}")
        if not response.is_success:
            raise InputError(f"{self._base_url} answered {status}; sign in there again, or ask for what is there")
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            raise ServiceUnavailableError(f"{self._base_url} did not answer with JSON") from None


def segment(text: str, what: str) -> str:
    """One segment of a path. Raises InputError for what would lead elsewhere."""
    if text in ("", ".", "..") or len(text) > LONGEST_SEGMENT or any(mark in text for mark in "\0\r\n"):
        raise InputError(f"Invalid {what} context parameter: {text[:LONGEST_SEGMENT]!r} names nothing")
    return quote(text, safe="")


def asking() -> Any:
    """Inside, whatever is asked of hosts ends in time, however many pages there are."""
    return deadline(SECONDS)


@lru_cache(maxsize=4)
def _transport_of(config: AppConfig) -> httpx.BaseTransport:
    return CheckedTransport(CheckedResolver(ReadingPolicy.from_app_config(config).reach))


def default_transport() -> httpx.BaseTransport:
    """Of this process; it keeps connections, and connects to no address that the configuration does not allow."""
    return _transport_of(settings.APP_CONFIG)
