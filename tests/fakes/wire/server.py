"""What the wire-level fakes have in common: counting, ETags, limits, and faults to switch on."""

from __future__ import annotations

import hashlib
import itertools
import re
import threading
import time
from dataclasses import dataclass, replace
from typing import Any

from tests.fakes.routes import RoutedServer
from tests.fakes.server import Request, Response
from tests.fakes.wire.repositories import Repositories

FAULTS = ("limit", "502", "cut", "truncated", "refuse", "garbage")


@dataclass
class Fault:
    """For the next ``times`` requests whose path matches. ``kind`` is one of FAULTS."""

    kind: str
    pattern: str
    times: int


class WireServer(RoutedServer):
    """
    ``calls`` are all requests to the API, ``billed`` those that count against the limit, ``downloads`` the archives.
    """

    has_etags = True
    limit_headers = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")

    def __init__(self, *, tokens: tuple[str, ...] = ("token",)) -> None:
        self.repositories = Repositories()
        self.tokens = {*tokens}
        self.calls = 0
        self.billed = 0
        self.downloads = 0
        self.limit = 1_000_000
        self.remaining = 1_000_000
        self.reset_at = int(time.time()) + 3600
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.lock = threading.RLock()
        self.ids = itertools.count(1)
        super().__init__()

    def fail(self, kind: str, pattern: str = "", times: int = 1) -> None:
        """The next requests whose path holds the pattern (a regular expression) go wrong."""
        assert kind in FAULTS, kind
        self.faults.append(Fault(kind, pattern, times))

    def allow(self, remaining: int, *, limit: int | None = None, seconds: int = 3600) -> None:
        """Only so many more calls until the limit is reset."""
        self.remaining = remaining
        self.limit = limit if limit is not None else max(remaining, self.limit)
        self.reset_at = int(time.time()) + seconds

    def reset_counts(self) -> None:
        self.calls = self.billed = self.downloads = 0
        self.asked.clear()
        self.requests.clear()

    def token_of(self, request: Request) -> str:
        """What the request's credentials hold."""
        value = request.headers.get("authorization", "")
        return value.partition(" ")[2] or request.headers.get("private-token", "")

    def is_known(self, request: Request) -> bool:
        return self.token_of(request) in self.tokens

    def limited(self) -> Response:
        return self.refuse(403, "API rate limit exceeded for user ID 1.")

    def answer(self, request: Request) -> Response:
        with self.lock:
            fault = self._fault_for(request)
            response = self._spoiled(fault, request) if fault else self._answer_healthy(request)
            return replace(response, headers={**self._limits(), **response.headers})

    def _answer_healthy(self, request: Request) -> Response:
        path = request.path.removeprefix(self.prefix)
        if not request.path.startswith(self.prefix + "/"):
            return self.answer_other(request)
        self.calls += 1
        self.asked.append(f"{request.method} {path}{'?' if request.query else ''}{request.query}")
        if not self.is_known(request):
            return self.refuse(401, "Bad credentials")
        if self.remaining <= 0:
            return self.limited()
        return self._conditional(request, self.answer_routed(request))

    def answer_other(self, request: Request) -> Response:
        return self.refuse(404, "Not Found")

    def _conditional(self, request: Request, response: Response) -> Response:
        etag = f'W/"{hashlib.sha256(response.content).hexdigest()}"'
        if self.has_etags and request.method == "GET" and response.status == 200:
            if request.headers.get("if-none-match") == etag:
                return Response(304, headers={"etag": etag})
            response = replace(response, headers={"etag": etag, **response.headers})
        self.billed += 1
        self.remaining -= 1
        return response

    def _limits(self) -> dict[str, str]:
        values = (self.limit, max(self.remaining, 0), self.reset_at)
        return dict(zip(self.limit_headers, map(str, values), strict=True))

    def _fault_for(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.pattern, request.path):
                fault.times -= 1
                return fault
        return None

    def _spoiled(self, fault: Fault, request: Request) -> Response:
        if fault.kind == "cut":
            return Response(cut=True)
        if fault.kind == "truncated":
            response = self._answer_healthy(request)
            return replace(response, content=response.content[: len(response.content) // 2])
        if request.path.startswith(self.prefix + "/"):
            self.calls += 1
        if fault.kind == "limit":
            self.remaining = 0
            return self.limited()
        if fault.kind == "garbage":
            return Response(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})
        return self.refuse(502, "Server Error") if fault.kind == "502" else self.refuse(403, "Resource not accessible")


def page_of(rows: list[Any], request: Request, size_name: str = "per_page") -> tuple[list[Any], bool]:
    """The rows of the page that was asked for, and whether there are more."""
    size, number = int(request.parameter(size_name) or 30), int(request.parameter("page") or 1)
    return rows[(number - 1) * size : number * size], number * size < len(rows)


def blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
