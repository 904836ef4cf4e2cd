"""
The HTTP client of actions that work on a code host: JSON in, JSON out, under one base URL.

The credentials go to that base URL and nowhere else: no redirect is followed, no other address is asked, and each
segment of a path is encoded by itself. Answers are bounded in size and time. A host that says 429 is asked again,
because it did nothing; nothing else is, because nobody knows what it did.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from common.errors import InputError
from integrations.http.api_path import path_of
from integrations.http.body import ACCEPTED_ENCODINGS, read_bounded
from integrations.http.faults import BodyTooLarge, ReadFault
from integrations.http.said import words_of
from integrations.http.transport import ssl_context
from integrations.whatwg.path import hides_dot_segments
from scaffolder.actions.action import Stop
from scaffolder.actions.scm_faults import HostRefusedError, HostSilentError

Json = Any
Query = Mapping[str, str | int | bool | list[str]]

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
SECONDS_FOR_AN_ANSWER = 300.0
MAX_BYTES = 32 * 1024 * 1024
TRIES_WHEN_LIMITED = 4
LONGEST_WAIT = 60.0


class ScmHttp:
    """``headers`` hold the credentials. Close it, or use it in a ``with``."""

    def __init__(self, base_url: str, *, headers: Mapping[str, str], stop: Stop) -> None:
        self.base_url = base_url.rstrip("/")
        self._stop = stop
        self._client = httpx.Client(
            headers={
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED_ENCODINGS,
                "User-Agent": "Callboard",
                **headers,
            },
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            verify=ssl_context(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def url_of(self, *segments: str | int) -> str:
        """Raises InputError for a segment that is no name."""
        return self.base_url + path_of(*segments)

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Query | None = None,
        body: Json = None,
        form: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """
        The whole answer, if it is one of success. ``url`` is below the base URL; ``body`` becomes JSON.

        Raises HostRefusedError for any other answer, HostSilentError if there is none, or not all of it.
        """
        self._check_address(url)
        for left in reversed(range(TRIES_WHEN_LIMITED)):
            request = self._client.build_request(method, url, params=query, json=body, data=form)
            response = self._send_once(request)
            # 203 is a proxy's or a sign-in page's, never the API's own.
            if response.is_success and response.status_code != 203:
                return response
            if response.status_code != 429 or not left:
                break
            self._stop.wait(seconds_to_wait(response.headers.get("retry-after", "")))
        raise HostRefusedError(response.status_code, _message_of(response))

    def _send_once(self, request: httpx.Request) -> httpx.Response:
        with _as_silence():
            response = self._client.send(request, stream=True)
            try:
                data = read_bounded(
                    _in_time(response),
                    encoding=response.headers.get("content-encoding", "").strip().lower(),
                    max_bytes=MAX_BYTES,
                )
            finally:
                response.close()
        kept = [(name, value) for name, value in response.headers.multi_items() if name.lower() != "content-encoding"]
        return httpx.Response(response.status_code, headers=kept, content=data, request=request)

    def _check_address(self, url: str) -> None:
        """Raises InputError for what would take the credentials elsewhere on the host, or off it."""
        is_below = url.startswith(f"{self.base_url}/")
        if not is_below or hides_dot_segments(url.removeprefix(self.base_url).partition("?")[0]):
            raise InputError(f"'{url[:200]}' is not below '{self.base_url}', so the token is not sent there")


def json_of(response: httpx.Response) -> Json:
    """What the answer holds; None if it is empty. Raises HostSilentError if it is not JSON."""
    if not response.content:
        return None
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        kind = response.headers.get("content-type", "nothing that it names")[:100]
        raise HostSilentError(f"it answered {response.status_code} with {kind}, not with JSON") from None


def needed(answer: Json, *keys: str) -> Json:
    """The value at the end of the keys. Raises HostSilentError if the host left it out."""
    value = answer
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        raise HostSilentError(f"it answered without '{'.'.join(keys)}'")
    return value


def seconds_to_wait(retry_after: str) -> float:
    """From a ``Retry-After`` in seconds; a date, or nothing, counts as five seconds."""
    text = retry_after.strip()
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 9 else 5.0


def _in_time(response: httpx.Response) -> Iterator[bytes]:
    """Its bytes as sent. A host that drips them gains nothing."""
    end = time.monotonic() + SECONDS_FOR_AN_ANSWER
    for chunk in response.iter_raw():
        yield chunk
        if time.monotonic() > end:
            raise HostSilentError(f"its answer took longer than {SECONDS_FOR_AN_ANSWER:g} s")


@contextmanager
def _as_silence() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException:
        raise HostSilentError(f"it did not answer within {TIMEOUT.read:g} s") from None
    except BodyTooLarge:
        raise HostSilentError(f"its answer has more than {MAX_BYTES} bytes") from None
    except (httpx.HTTPError, ReadFault) as error:
        raise HostSilentError(str(error) or type(error).__name__) from None


def _message_of(response: httpx.Response) -> str:
    """What the host says about it: the words in its JSON, else the reason of the status."""
    return words_of(response.content) or response.reason_phrase or "no reason given"
