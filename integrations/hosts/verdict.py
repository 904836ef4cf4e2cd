"""What an answer of a code host's API means for whoever asked."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from common.errors import CallboardError, NotFoundError
from integrations.hosts.budget import Budget
from integrations.hosts.errors import HostRefusedError, HostSilentError, RateLimitedError
from integrations.http.said import words_of
from integrations.whatwg import InvalidUrlError, parse_url

MOVED = (301, 307, 308)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """``configured_at`` is where the configuration has the credentials."""

    host: str
    base_url: str
    configured_at: str
    budget: Budget

    def error_of(
        self, what: str, response: httpx.Response, data: bytes, own: Mapping[str, str], *, is_conditional: bool
    ) -> CallboardError | None:
        """None for success. ``own`` are the credentials that were sent, and are in no message."""
        status, headers = response.status_code, response.headers
        # 203 is a proxy's or a sign-in page's, never the API's own.
        if (200 <= status < 300 and status != 203) or (status == 304 and is_conditional):
            return None
        said = _without(own, words_of(data) or response.reason_phrase[:LONGEST_REASON] or "no reason given")
        if status == 429 or (status == 403 and _is_limit(headers, said)):
            return self.budget.block(headers)
        text = f"{what}: {self.host} answered {status} {said}"
        if status in (404, 410) or (status in MOVED and self._moved_within(headers)):
            return NotFoundError(text)
        if status >= 500:
            return HostSilentError(text)
        return HostRefusedError(status, text + self._way_out(status))

    def _way_out(self, status: int) -> str:
        if status in (401, 403):
            where = f"the credentials of {self.host} at '{self.configured_at}'"
            return f"; {where} may be wrong, expired or lack the right to it"
        return f"; the base URL of the API, {self.base_url}, may be wrong" if status < 400 else ""

    def _moved_within(self, headers: Mapping[str, str]) -> bool:
        """Whether it is another thing of this API that has taken its place; the API itself has not moved then."""
        location = headers.get("location", "")
        try:
            target = parse_url(location, f"{self.base_url}/")
        except InvalidUrlError:
            return False
        below = f"{str(parse_url(self.base_url)).rstrip('/')}/"
        return bool(location) and str(target).startswith(below)


def outcome_of(error: CallboardError | None, status: int) -> str:
    """As the metric has it."""
    if error is None:
        return "unchanged" if status == 304 else "ok"
    if isinstance(error, NotFoundError):
        return "missing"
    if isinstance(error, RateLimitedError):
        return "limited"
    return "silent" if isinstance(error, HostSilentError) else "refused"


def _is_limit(headers: Mapping[str, str], said: str) -> bool:
    lowered = said.lower()
    return (
        headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in headers
        or "rate limit" in lowered
        or "abuse detection" in lowered
    )


def _without(credentials: Mapping[str, str], text: str) -> str:
    for secret in (secret for value in credentials.values() for secret in _secrets_in(value)):
        text = text.replace(secret, "***")
    return text


def _secrets_in(value: str) -> Iterator[str]:
    """All spellings that a host could repeat, the longest first."""
    kind, _, secret = value.partition(" ")
    yield value
    yield from filter(None, [secret])
    if kind == "Basic":
        yield from filter(None, [b64decode(secret).decode("utf-8", "replace").partition(":")[2]])
