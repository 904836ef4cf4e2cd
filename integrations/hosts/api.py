"""
One account at one code host's API.

The credentials go to the origin of the base URL and nowhere else. No redirect is followed, but for downloads, and then
without credentials. Answers are bounded in size and time. Reads that fail are tried again, a few times; a limit of the
host is waited for if that is short.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx

from common.errors import CallboardError, InputError, NotFoundError
from common.stopping import is_stopping
from integrations.hosts.answer import Answer
from integrations.hosts.budget import Budget
from integrations.hosts.credentials import NOBODY, Credentials, Renewable
from integrations.hosts.errors import HostRefusedError, HostSilentError, RateLimitedError
from integrations.hosts.exchange import Call, Exchange
from integrations.hosts.metrics import count_call
from integrations.hosts.pages import BY_NUMBER, Page, Paging, Pick, same_row
from integrations.hosts.verdict import Verdict, outcome_of
from integrations.http.api_path import path_of
from integrations.http.body import ACCEPTED_ENCODINGS, drain, limited, read_bounded
from integrations.http.deadline import deadline

T = TypeVar("T")
Query = Mapping[str, str | int | bool | Sequence[str]]

MEBIBYTE = 1024 * 1024
MAX_BYTES = 32 * MEBIBYTE
MAX_DRAINED = MEBIBYTE
ANSWER_SECONDS = 60.0
DOWNLOAD_SECONDS = 300.0
TRIES = 3
MAX_REDIRECTS = 4
LONGEST_URL = 8192
REDIRECTS = (301, 302, 303, 307, 308)
# How long one call may wait for limits altogether.
LONGEST_PAUSE = 60.0
LONGEST_PAUSE_OF_PEOPLE = 2.0


def pause(seconds: float) -> None:
    """Sleeps. Raises HostSilentError if the process is asked to stop meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if is_stopping():
            raise HostSilentError("the process stops, and asks no more")
        time.sleep(min(left, 0.5))


class HostApi:
    """
    Thread-safe. ``for_people``: somebody waits for the answers, so the reserve may be used, and pauses are short.

    Raises NotFoundError for what is not there or has moved, RateLimitedError, HostRefusedError, HostSilentError, and
    InputError for a name that cannot be part of an address.
    """

    def __init__(
        self,
        host: str,
        base_url: str,
        *,
        transport: httpx.BaseTransport,
        credentials: Credentials = NOBODY,
        budget: Budget | None = None,
        headers: Mapping[str, str] | None = None,
        configured_at: str = "integrations",
        for_people: bool = False,
        answer_seconds: float = ANSWER_SECONDS,
        download_seconds: float = DOWNLOAD_SECONDS,
        pause: Callable[[float], None] = pause,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.host = host
        self.base_url = base_url.rstrip("/")
        self.budget = budget or Budget(host)
        self.for_people = for_people
        self._credentials = credentials
        self._headers = {"Accept": "application/json", "User-Agent": "Callboard", **(headers or {})}
        self._configured_at = configured_at
        self._verdict = Verdict(host, self.base_url, configured_at, self.budget)
        self._exchange = Exchange(host, transport, answer_seconds)
        self._download_seconds = download_seconds
        self._pause = pause
        self._now = now

    def get(
        self,
        *segments: str | int,
        query: Query | None = None,
        etag: str | None = None,
        accept: str | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> Answer:
        """``is_unchanged`` if it is still what ``etag`` stands for."""
        headers = {}
        if etag and etag.isascii() and etag.isprintable():
            headers["If-None-Match"] = etag
        if accept:
            headers["Accept"] = accept
        return self._ask(self._call("GET", segments, query, headers, max_bytes=max_bytes))

    def find(self, *segments: str | int, query: Query | None = None) -> Answer | None:
        """None if it is not there."""
        try:
            return self.get(*segments, query=query)
        except NotFoundError:
            return None

    def post(
        self,
        *segments: str | int,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        query: Query | None = None,
        is_repeatable: bool = False,
    ) -> Answer:
        """``body`` becomes JSON. ``is_repeatable`` if sending it twice does no more than sending it once."""
        kind, text = "application/json", json.dumps(body)
        if form is not None:
            kind, text = "application/x-www-form-urlencoded", urlencode(form)
        headers, content = {"Content-Type": kind}, text.encode()
        return self._ask(self._call("POST", segments, query, headers, content=content, is_repeatable=is_repeatable))

    def pages(
        self,
        *segments: str | int,
        query: Query | None = None,
        known: Sequence[Page] | None = None,
        paging: Paging = BY_NUMBER,
        pick: Pick = same_row,
    ) -> list[Page]:
        """
        All pages of a list; those that are as ``known`` has them are not sent again.

        ``pick`` says what is kept of each row.
        """
        before = {page.key: page for page in known or ()}
        found: list[Page] = []
        while len(found) < paging.most_pages:
            asked = {**(query or {}), **paging.query_of(found)}
            key = _query_text(asked)
            page = before.get(key)
            answer = self.get(*segments, query=asked, etag=page.etag if page else None)
            if page is None or not answer.is_unchanged:
                page = paging.page_of(key, answer, pick)
            found.append(page)
            if not paging.goes_on(page):
                return found
        raise HostSilentError(f"GET {path_of(*segments)}: {self.host} has more than {paging.most_pages} pages of it")

    def download(
        self,
        *segments: str | int,
        read: Callable[[Iterator[bytes]], T],
        query: Query | None = None,
        accept: str = "*/*",
        max_bytes: int,
    ) -> T:
        """
        What ``read`` makes of the bytes, which it gets as they come. Where the host redirects, the target is read
        without credentials, if its address may be read at all.
        """
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        call = self._call("GET", segments, query, headers, max_bytes=max_bytes)
        return self._patiently(call, lambda: self._download_once(call, read))

    def close(self) -> None:
        """The connections belong to whoever gave the transport."""

    def _call(
        self,
        method: str,
        segments: Sequence[str | int],
        query: Query | None,
        headers: Mapping[str, str],
        *,
        content: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        is_repeatable: bool = True,
    ) -> Call:
        path = path_of(*segments)
        parameters = f"?{_query_text(query)}" if query else ""
        url = f"{self.base_url}{path}{parameters}"
        if len(url) > LONGEST_URL:
            raise InputError(f"'{url[:200]}…' has more than {LONGEST_URL} characters")
        return Call(f"{method} {path}", method, url, max_bytes, headers, content, is_repeatable)

    def _ask(self, call: Call) -> Answer:
        return self._patiently(call, lambda: self._ask_once(call))

    def _patiently(self, call: Call, ask: Callable[[], T]) -> T:
        """Again, where that may help and does no harm."""
        failures, paused, is_renewed = 0, 0.0, False
        longest = LONGEST_PAUSE_OF_PEOPLE if self.for_people else LONGEST_PAUSE
        while True:
            try:
                self.budget.check(for_people=self.for_people)
                return ask()
            except RateLimitedError as limited:
                seconds = max(limited.retry_at - self._now(), 1.0)
                paused += seconds
                if paused > longest:
                    raise
            except HostSilentError:
                failures += 1
                if failures >= TRIES or not call.is_repeatable:
                    raise
                seconds = random.uniform(0.5, 1.0) * 2**failures / 2  # noqa: S311
            except HostRefusedError as refused:
                if refused.answered != 401 or is_renewed or not isinstance(self._credentials, Renewable):
                    raise
                self._credentials.renew()
                is_renewed, seconds = True, 0.0
            self._pause(seconds)

    def _ask_once(self, call: Call) -> Answer:
        own = self._credentials_now()
        with (
            deadline(self._exchange.seconds),
            self._exchange.sent(call, call.url, self._headers_of(call, own)) as response,
        ):
            encoding = response.headers.get("content-encoding", "").strip().lower()
            data = read_bounded(_chunks(response), encoding=encoding, max_bytes=call.max_bytes)
            self._judge(call, response, data, own)
            return Answer(call.what, response.status_code, data, response.headers)

    def _download_once(self, call: Call, read: Callable[[Iterator[bytes]], T]) -> T:
        own = self._credentials_now()
        with deadline(self._download_seconds):
            with self._exchange.sent(call, call.url, self._headers_of(call, own)) as response:
                if response.status_code not in REDIRECTS:
                    self._judge(call, response, b"" if response.status_code == 200 else _drained(response), own)
                    return self._read_download(call, response, read)
                drain(_chunks(response))
                self.budget.learn(response.headers)
                count_call(self.host, "ok")
                url = self._exchange.redirected(call, call.url, response.headers.get("location", ""))
            return self._download_elsewhere(call, url, read)

    def _download_elsewhere(self, call: Call, url: str, read: Callable[[Iterator[bytes]], T]) -> T:
        """Without credentials, and what is said there is no word of the host."""
        for _ in range(MAX_REDIRECTS):
            with self._exchange.sent(call, url, {"Accept-Encoding": "identity", "User-Agent": "Callboard"}) as response:
                if response.status_code not in REDIRECTS:
                    return self._read_download(call, response, read)
                drain(_chunks(response))
                url = self._exchange.redirected(call, url, response.headers.get("location", ""))
        raise HostSilentError(f"{call.what}: {self.host} redirects more than {MAX_REDIRECTS} times")

    def _read_download(self, call: Call, response: httpx.Response, read: Callable[[Iterator[bytes]], T]) -> T:
        status = response.status_code
        if status == 200:
            chunks = limited(_chunks(response), call.max_bytes)
            found = read(chunks)
            drain(chunks)
            return found
        error = NotFoundError if status in (404, 410) else HostSilentError
        raise error(f"{call.what}: {self.host} answered {status}, without what was asked for")

    def _credentials_now(self) -> Mapping[str, str]:
        own = self._credentials.headers()
        if not all(value.isascii() and value.isprintable() for value in own.values()):
            where = f"The credentials of {self.host} at '{self._configured_at}'"
            raise CallboardError(f"{where} hold characters that none may have")
        return own

    def _headers_of(self, call: Call, own: Mapping[str, str]) -> dict[str, str]:
        return {**self._headers, "Accept-Encoding": ACCEPTED_ENCODINGS, **call.headers, **own}

    def _judge(self, call: Call, response: httpx.Response, data: bytes, own: Mapping[str, str]) -> None:
        """Count it and learn from it. Raises for all but success. ``own`` are the credentials that were sent."""
        self.budget.learn(response.headers)
        is_conditional = "If-None-Match" in call.headers
        error = self._verdict.error_of(call.what, response, data, own, is_conditional=is_conditional)
        count_call(self.host, outcome_of(error, response.status_code))
        if error is not None:
            raise error


def _query_text(query: Query) -> str:
    """Raises InputError for text that no address can hold."""
    try:
        # Blanks as %20: not every API takes a plus sign for one.
        return str(httpx.QueryParams(query)).replace("+", "%20")
    except UnicodeEncodeError:
        raise InputError(f"{str(dict(query))[:200]!r} is not text that an address can hold") from None


def _chunks(response: httpx.Response) -> Iterator[bytes]:
    return iter(response.stream)  # type: ignore[arg-type]


def _drained(response: httpx.Response) -> bytes:
    return read_bounded(_chunks(response), encoding=response.headers.get("content-encoding", ""), max_bytes=MAX_DRAINED)
