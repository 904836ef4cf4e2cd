"""One file by HTTP GET: every hop of a redirect checked, everything bounded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import httpx

from common.errors import CallboardError, NotAllowedError, NotFoundError, NotModifiedError
from integrations.http.body import ACCEPTED_ENCODINGS, drain, read_bounded
from integrations.http.deadline import deadline
from integrations.http.faults import AddressRefused, BodyTooLarge, ReadFault
from integrations.http.validators import conditions, validator_of
from integrations.whatwg import InvalidUrlError, Url, parse_url

MAX_REQUESTS = 5
REDIRECTS = (301, 302, 307, 308)
CONNECT_SECONDS = 10.0
HEADERS = {"Accept": "*/*", "Accept-Encoding": ACCEPTED_ENCODINGS, "User-Agent": "Callboard"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """``validator`` is for the next read of the same URL; None if the server gives none that is reliable."""

    data: bytes
    validator: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """``authorization`` is for the URL's own origin and goes nowhere else."""

    url: str
    validator: str | None = None
    last_modified: str | None = None
    authorization: str | None = None
    max_bytes: int = 10 * 1024 * 1024


class Fetcher:
    """Thread-safe. ``check`` raises for a URL that may not be read; it is asked before each request."""

    def __init__(self, transport: httpx.BaseTransport, check: Callable[[Url, str], None], seconds: float) -> None:
        self._transport = transport
        self._check = check
        self._seconds = seconds

    def fetch(self, request: Request) -> Fetched:
        """
        Raises NotFoundError, NotModifiedError, NotAllowedError, or another CallboardError that names the URL.
        """
        with deadline(self._seconds):
            return self._follow(request)

    def close(self) -> None:
        self._transport.close()

    def _follow(self, request: Request) -> Fetched:
        current, origin = request.url, parse_url(request.url).origin
        headers = {**HEADERS, **conditions(request.validator, request.last_modified)}
        for _ in range(MAX_REQUESTS):
            url = parse_url(current)
            self._check(url, current)
            if request.authorization and url.origin == origin:
                headers["Authorization"] = request.authorization
            else:
                headers.pop("Authorization", None)
            found = self._get(url, current, headers, request)
            if isinstance(found, Fetched):
                return found
            current = found
        raise CallboardError(f"Too many redirects (max {MAX_REQUESTS}) when reading {request.url}")

    def _get(self, url: Url, text: str, headers: dict[str, str], request: Request) -> Fetched | str:
        """The file, or the URL to which the server redirects."""
        try:
            response = self._transport.handle_request(self._build(url, headers))
            with closing(response):
                return _read(response, text, request)
        except httpx.TimeoutException:
            raise CallboardError(f"Unable to read {text}, it took longer than {self._seconds:g} s") from None
        except AddressRefused as error:
            raise NotAllowedError(f"Reading from '{text}' is not allowed: {error}") from None
        except (httpx.TransportError, httpx.InvalidURL, ReadFault) as error:
            raise CallboardError(f"Unable to read {text}, {error}") from None

    def _build(self, url: Url, headers: dict[str, str]) -> httpx.Request:
        address = httpx.URL(f"{url.scheme}://{url.host}{url.path}{url.search}")
        timeout = {"connect": CONNECT_SECONDS, "read": self._seconds, "write": self._seconds, "pool": self._seconds}
        return httpx.Request("GET", address, headers=headers, extensions={"timeout": timeout})


def _read(response: httpx.Response, text: str, request: Request) -> Fetched | str:
    if 200 <= response.status_code < 300:
        return _read_file(response, request.max_bytes)
    drain(response.stream)  # type: ignore[arg-type]
    if response.status_code == 304 and (request.validator or request.last_modified):
        raise NotModifiedError(f"{text} has not changed")
    location = response.headers.get("location")
    if response.status_code not in REDIRECTS or not location:
        reason = f"{response.status_code} {response.reason_phrase}"
        error = NotFoundError if response.status_code == 404 else CallboardError
        raise error(f"could not read {text}, {reason}")
    try:
        return str(parse_url(location, text))
    except InvalidUrlError as error:
        raise CallboardError(f"could not read {text}, it redirects to an {error}") from None


def _read_file(response: httpx.Response, max_bytes: int) -> Fetched:
    length = response.headers.get("content-length", "")
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if not encoding and length.isdigit() and (len(length) > 18 or int(length) > max_bytes):
        raise BodyTooLarge(max_bytes)
    data = read_bounded(response.stream, encoding=encoding, max_bytes=max_bytes)  # type: ignore[arg-type]
    return Fetched(data, validator_of(response.headers), response.headers.get("last-modified"))
