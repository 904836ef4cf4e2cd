"""Django behind the door: a few threads that each take a request, call Django and send what it answers."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars

from config.access_log import Writer, read_trace_id
from config.compression import compress

logger = logging.getLogger(__name__)

MOST_WAITING = 512
# To ask each time would make a quick answer a quarter slower.
IDLE_SECONDS = 1.0
NO_BODY = frozenset((204, 304))


@dataclass(slots=True)
class Call:
    """One request on its way. ``done`` belongs to the event loop and is told when the answer is out."""

    scope: Any
    protocol: Any
    body: bytes
    done: asyncio.Future[None]
    started_at: float


class DjangoCalls:
    """Starts its threads at once; they end with the process. ``write_log`` takes note of each answer, if given."""

    def __init__(self, *, threads: int, loop: asyncio.AbstractEventLoop, write_log: Writer | None = None) -> None:
        self.handler = WSGIHandler()
        self.loop = loop
        self.write_log = write_log
        self.waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"django-{number}", daemon=True).start()

    def submit(self, scope: Any, protocol: Any, body: bytes, done: asyncio.Future[None]) -> bool:
        """False if so many wait already that one more would only wait in vain."""
        if self.waiting.qsize() >= MOST_WAITING:
            return False
        self.waiting.put(Call(scope, protocol, body, done, time.perf_counter()))
        return True

    def _work(self) -> None:
        idle_since = time.monotonic()
        while True:
            call = self.waiting.get()
            try:
                if time.monotonic() - idle_since > IDLE_SECONDS:
                    close_dead_connections()
                self._answer(call)
            except Exception:
                logger.exception("a request broke off")
                with suppress(RuntimeError):  # raised if an answer is out already
                    call.protocol.response_empty(500, [])
            finally:
                self.loop.call_soon_threadsafe(_finish, call.done)
                idle_since = time.monotonic()

    def _answer(self, call: Call) -> None:
        scope = call.scope
        trace_id = read_trace_id(scope.headers)
        with bound_contextvars(trace_id=trace_id):
            response = self.handler.get_response(WSGIRequest(build_environ(scope, call.body)))
            try:
                self._send(call, response)
            finally:
                close_resources(response)
        if self.write_log:
            self.write_log(
                scope.method, scope.path, response.status_code, time.perf_counter() - call.started_at, trace_id
            )

    def _send(self, call: Call, response: HttpResponseBase) -> None:
        headers = build_headers(response)
        if isinstance(response, StreamingHttpResponse):
            self._send_stream(call, response, headers)
        elif isinstance(response, HttpResponse) and response.status_code not in NO_BODY:
            accepted = call.scope.headers.get("accept-encoding") or ""
            body, headers = compress(response.content, headers, accepted)
            call.protocol.response_bytes(response.status_code, headers, body)
        else:
            call.protocol.response_empty(response.status_code, headers)

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
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()


def close_dead_connections() -> None:
    """So that the first request after the database was restarted does not fail. One round trip for each connection."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.is_usable():
            connection.close()


async def _send_chunk(transport: Any, chunk: bytes) -> None:
    await transport.send_bytes(chunk)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


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
    headers = [(name.lower(), value) for name, value in response.items()]
    headers += [("set-cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return headers
