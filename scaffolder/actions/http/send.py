"""One request, and its whole answer within bounds of size and time. Redirects are not followed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from catalog.descriptors.scalars import js_number
from common.errors import CallboardError
from integrations.http.body import ACCEPTED_ENCODINGS, read_bounded
from integrations.http.faults import BodyTooLarge, ReadFault
from integrations.http.transport import ssl_context
from integrations.whatwg import Url

MAX_BYTES = 10 * 1024 * 1024
CONNECT_SECONDS = 10.0
# A session that the server opens is nobody else's.
WITHHELD = frozenset(("set-cookie",))


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is the JSON that came, else ``{"message": text}``."""

    code: int
    headers: dict[str, str]
    body: Any


def send(method: str, url: Url, *, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
    """Raises CallboardError if no answer comes, or none that can be read."""
    own = {"user-agent": "Callboard", "accept-encoding": ACCEPTED_ENCODINGS}
    timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    address = f"{url.scheme}://{url.host}{url.path}{url.search}"
    end = time.monotonic() + seconds
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, verify=ssl_context(), timeout=timeout) as client,
            client.stream(method, address, headers={**headers, **own}, content=body or None) as response,
        ):
            return _read(response, end)
    except httpx.TimeoutException:
        raise CallboardError(f"Request was aborted as it took longer than {seconds:g} seconds") from None
    except BodyTooLarge:
        raise CallboardError(f"There was an issue with the request: its answer has over {MAX_BYTES} bytes") from None
    except (httpx.HTTPError, httpx.InvalidURL, ReadFault) as error:
        raise CallboardError(f"There was an issue with the request: {error}") from None


def _read(response: httpx.Response, end: float) -> Answer:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    data = read_bounded(_until(end, response.iter_raw()), encoding=encoding, max_bytes=MAX_BYTES)
    headers = {name: value for name, value in response.headers.items() if name not in WITHHELD}
    return Answer(response.status_code, headers, _body(data, headers.get("content-type", "")))


def _until(end: float, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A server that drips its answer gains nothing."""
    for chunk in chunks:
        if time.monotonic() > end:
            raise httpx.ReadTimeout("timed out")
        yield chunk


def _body(data: bytes, kind: str) -> Any:
    text = data.decode("utf-8", "replace")
    if "application/json" not in kind or not data:
        return {"message": text}
    try:
        return json.loads(text, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise CallboardError(f"Could not parse response body: {error}") from None


def _number(text: str) -> int | float | None:
    return js_number(float(text))
