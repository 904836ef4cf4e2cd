"""One request to a code host and its answer, with errors that say what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import httpx

from common.errors import CallboardError, InputError, NotAllowedError
from integrations.hosts.errors import HostSilentError, TooLargeError
from integrations.hosts.metrics import count_call
from integrations.http.faults import AddressRefused, BodyTooLarge, ReadFault
from integrations.policy import check_form
from integrations.whatwg import parse_url

CONNECT_SECONDS = 10.0
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Call:
    """``what`` is how messages call it."""

    what: str
    method: str
    url: str
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    is_repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    host: str
    transport: httpx.BaseTransport
    seconds: float

    @contextmanager
    def sent(self, call: Call, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Raises HostSilentError for whatever keeps the answer from being read in whole, while it is read."""
        timeout = {"connect": CONNECT_SECONDS, **dict.fromkeys(("read", "write", "pool"), self.seconds)}
        extensions = {"timeout": timeout}
        try:
            request = httpx.Request(
                call.method, url, headers=dict(headers), content=call.content, extensions=extensions
            )
            response = self.transport.handle_request(request)
            with closing(response):
                yield response
        except (httpx.TransportError, httpx.InvalidURL, ReadFault) as fault:
            count_call(self.host, "silent")
            raise self._error_of(call, fault) from None

    def redirected(self, call: Call, url: str, location: str) -> str:
        """Where to. Raises CallboardError for what must not be asked."""
        # What stands behind the question mark may be a key to it.
        name = location.partition("?")[0][:LONGEST_NAME]
        refused = f"{call.what}: {self.host} redirects to '{name}'"
        try:
            target = parse_url(location, url)
            check_form(target, name)
        except NotAllowedError as error:
            raise NotAllowedError(f"{call.what}: {self.host} redirects. {error}") from None
        except InputError:
            raise CallboardError(f"{refused}, which is no URL") from None
        if parse_url(url).scheme == "https" and target.scheme != "https":
            raise CallboardError(f"{refused}, which is not encrypted")
        return str(target)

    def _error_of(self, call: Call, fault: Exception) -> CallboardError:
        if isinstance(fault, httpx.TimeoutException):
            return HostSilentError(f"{call.what}: {self.host} did not answer in time")
        if isinstance(fault, BodyTooLarge):
            return TooLargeError(f"{call.what}: {self.host} answered with more than {fault.limit} bytes")
        if isinstance(fault, AddressRefused):
            return NotAllowedError(f"{call.what}: {fault}")
        return HostSilentError(f"{call.what}: {self.host} gave no usable answer ({fault})")
