"""
Django behind the door: a few threads that each take a request, call Django and send what it answers.

What is to be held open is not sent here, but handed back to the door.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from common.held_response import HeldResponse
from config.access_log import TRACE_ID, Writer, read_trace_id
from config.compression import compress

logger = logging.getLogger(__name__)

MOST_WAITING = 512
# To ask each time would make a quick answer a quarter slower.
IDLE_SECONDS = 1.0
NO_BODY = frozenset((204, 304))

# Answers a connection in the event loop.
Held = Callable[[Any], Coroutine[Any, Any, None]]
# Told on Django's thread when the answer is out (None), or who is to hold the connection.
Done = Callable[[Held | None], object]


@dataclass(slots=True)
class Call:
    """One request on its way."""

    scope: Any
    protocol: Any
    body: bytes
    done: Done
    started_at: float


class DjangoCalls:
    """
    Starts its threads at once; they end with the process. ``write_log`` takes note of each answer, if given.

    No more than ``most_waiting`` requests wait for a thread, each with its body in memory.
    """

    def __init__(
        self,
        *,
        threads: int,
        loop: asyncio.AbstractEventLoop,
        write_log: Writer | None = None,
        name: str = "django",
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.handler = WSGIHandler()
        self.loop = loop
        self.write_log = write_log
        self.most_waiting = most_waiting
        self.waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def submit(self, scope: Any, protocol: Any, body: bytes, done: Done) -> bool:
        """False if so many wait already that one more would only wait in vain."""
        if self.waiting.qsize() >= self.most_waiting:
            return False
        self.waiting.put(Call(scope, protocol, body, done, time.perf_counter()))
        return True

    def _work(self) -> None:
        idle_since = time.monotonic()
        while True:
            call = self.waiting.get()
            held = None
            try:
                if time.monotonic() - idle_since > IDLE_SECONDS:
                    close_dead_connections()
                held = self._answer(call)
            except Exception:
                logger.exception("a request broke off")
                with suppress(RuntimeError):  # raised if an answer is out already
                    call.protocol.response_empty(500, [])
            finally:
                call.done(held)
                idle_since = time.monotonic()

    def _answer(self, call: Call) -> Held | None:
        scope = call.scope
        trace_id = read_trace_id(scope.headers)
        TRACE_ID.set(trace_id)
        response = self.handler.get_response(WSGIRequest(build_environ(scope, call.body)))
        try:
            held = self._send(call, response)
        finally:
            close_resources(response)
        if self.write_log:
            self.write_log(
                scope.method, scope.path, response.status_code, time.perf_counter() - call.started_at, trace_id
            )
        return held

    def _send(self, call: Call, response: HttpResponseBase) -> Held | None:
        headers = build_headers(response)
        if isinstance(response, HeldResponse):
            return partial(response.hold, headers=headers)
        if isinstance(response, StreamingHttpResponse):
            self._send_stream(call, response, headers)
        elif isinstance(response, HttpResponse) and response.status_code not in NO_BODY:
            accepted = call.scope.headers.get("accept-encoding") or ""
            body, headers = compress(response.content, headers, accepted)
            call.protocol.response_bytes(response.status_code, headers, body)
        else:
            call.protocol.response_empty(response.status_code, headers)
        return None

    def _send_stream(self, call: Call, response: StreamingHttpResponse, headers: list[tuple[str, str]]) -> None:
        """A piece at a time, as fast as the client takes them; no more once he is gone."""
        transport = call.protocol.response_stream(response.status_code, headers)
        for chunk in response:
            try:
                asyncio.run_coroutine_threadsafe(_send_chunk(transport, chunk), self.loop).result()
            except RuntimeError:
                return


def close_resources(response: HttpResponseBase) -> None:
    """
    What ``response.close()`` does, without the signal that a request has ended (nor do we say that one began).

    Django's own listeners count queries for debugging and look after connections and caches at each request, which
    would make a quick answer a sixth slower; ours looks after connections when there was a pause.
    """
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()
    response.closed = True
    connection = connections[DEFAULT_DB_ALIAS]  # there is no other, and to ask for all of them takes 8 µs
    if connection.errors_occurred:
        connection.close_if_unusable_or_obsolete()


def close_dead_connections() -> None:
    """So that the first request after the database was restarted does not fail. One round trip for each connection."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.is_usable():
            connection.close()


async def _send_chunk(transport: Any, chunk: bytes) -> None:
    await transport.send_bytes(chunk)


def build_environ(scope: Any, body: bytes) -> dict[str, Any]:
    """WSGI's view of a request. Header names with underscores are dropped: they could pass for others."""
    server_name, _, server_port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _wsgi_text(scope.path),
        "QUERY_STRING": _wsgi_text(scope.query_string),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name or name == "content-length":
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.replace("-", "_").upper()
        environ[key] = f"{environ[key]},{value}" if key in environ and key != "HTTP_HOST" else value
    return environ


def _wsgi_text(text: str) -> str:
    """WSGI wants bytes in the guise of latin-1."""
    return text if text.isascii() else text.encode().decode("latin-1")


def build_headers(response: HttpResponseBase) -> list[tuple[str, str]]:
    # As response.items() would give them, which looks each of them up again: 1 µs instead of 20.
    headers = [(name, value) for name, (_, value) in response.headers._store.items()]
    headers += [("set-cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return headers
