"""
A request as Granian's ASGI worker brings it, in the words of RSGI, which the door speaks.

RSGI would be Granian's own, but it cannot name the subprotocol when it accepts a WebSocket, and without that browsers hang
up. So the worker is the ASGI one. Its ``send`` may be called on any thread, and what it returns for a whole answer need not
be waited for.
"""

from __future__ import annotations

import asyncio
from typing import Any

GONE = "websocket.disconnect"


class Headers:
    """Names are in lower case. Of several by one name, ``get`` finds the first."""

    __slots__ = ("_first", "_pairs")

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
        self._first = dict(reversed(self._pairs))

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._first.get(name, default)

    def items(self) -> list[tuple[str, str]]:
        return self._pairs


class Scope:
    """What is known of a request before its body."""

    __slots__ = (
        "authority",
        "client",
        "headers",
        "http_version",
        "method",
        "path",
        "proto",
        "query_string",
        "scheme",
        "server",
        "subprotocols",
    )

    def __init__(self, raw: dict[str, Any]) -> None:
        self.proto = "http" if raw["type"] == "http" else "ws"
        self.method: str = raw.get("method", "GET")
        self.path: str = raw["path"]
        self.query_string: str = raw["query_string"].decode("latin-1")
        self.http_version: str = raw["http_version"]
        self.scheme: str = raw["scheme"]
        self.server = ":".join(raw["server"])
        self.client = ":".join(raw["client"])
        self.headers = Headers(raw["headers"])
        self.authority: str | None = None  # it is among the headers, as ``host``
        self.subprotocols: list[str] = raw.get("subprotocols", [])


class HttpProtocol:
    """The body of one request, and its answer: the first one that is given."""

    __slots__ = ("_connection", "_is_answered", "_is_streaming", "_length")

    def __init__(self, connection: Any, length: str | None) -> None:
        self._connection = connection
        self._length = length
        self._is_answered = False
        self._is_streaming = False

    async def __call__(self) -> bytes:
        return b"".join([chunk async for chunk in self])

    async def __aiter__(self) -> Any:
        size = 0
        while True:
            event = await self._connection.receive()
            if event["type"] != "http.request":
                return
            size += len(event["body"])
            yield event["body"]
            # To be told that there is no more takes the event loop once more, a third of a small request's time.
            if not event.get("more_body") or str(size) == self._length:
                return

    async def client_disconnect(self) -> None:
        while (await self._connection.receive())["type"] != "http.disconnect":
            pass

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        if not self._is_answered:
            self._start(status, headers)
            self._connection.send({"type": "http.response.body", "body": body, "more_body": False})

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> HttpProtocol:
        """Raises RuntimeError if there is an answer already."""
        if self._is_answered:
            raise RuntimeError("this request has been answered")
        self._start(status, headers)
        self._is_streaming = True
        return self

    async def send_bytes(self, data: bytes) -> None:
        """A piece of the stream. Raises RuntimeError when the client is gone."""
        await self._connection.send({"type": "http.response.body", "body": data, "more_body": True})

    def end(self) -> None:
        """Nothing more comes."""
        if self._is_streaming:
            self._is_streaming = False
            self._connection.send({"type": "http.response.body", "body": b"", "more_body": False})

    def _start(self, status: int, headers: list[tuple[str, str]]) -> None:
        self._is_answered = True
        self._connection.send({"type": "http.response.start", "status": status, "headers": _encode(headers)})


class SocketProtocol:
    """A WebSocket that may be opened, or refused with an answer as to any other request."""

    __slots__ = ("_connection", "_gone", "_is_decided", "_is_open")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._is_decided = False
        self._is_open = False
        self._gone = asyncio.Event()

    async def accept(self, subprotocol: str | None) -> None:
        self._is_decided = self._is_open = True
        await self._connection.receive()  # that there is somebody who connects
        await self._connection.send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})

    async def receive(self) -> str | bytes | None:
        """The next message; None when the client is gone."""
        try:
            event = await self._connection.receive()
        except RuntimeError:
            event = {"type": GONE}
        if event["type"] == GONE:
            self._is_open = False
            self._gone.set()
            return None
        text: str | bytes | None = event.get("text")
        return event["bytes"] if text is None else text

    async def send_text(self, text: str) -> None:
        """Raises RuntimeError when the client is gone."""
        await self._connection.send({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        if self._is_open:
            self._is_open = False
            await self._connection.send({"type": "websocket.close", "code": code, "reason": reason})

    async def client_disconnect(self) -> None:
        await self._gone.wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Refuse, if nothing has been decided yet."""
        if not self._is_decided:
            self._is_decided = True
            start = {"type": "websocket.http.response.start", "status": status, "headers": _encode(headers)}
            self._connection.send(start)
            self._connection.send({"type": "websocket.http.response.body", "body": body, "more_body": False})

    def end(self) -> None:
        """Nothing to end: a socket that is no longer held is closed by Granian."""


class Request:
    """Stands in for Granian's watcher of a request: ``done`` and ``err`` say that all is over."""

    __slots__ = ("_watcher", "err", "proto", "scope", "taskref")

    def __init__(self, watcher: Any) -> None:
        self._watcher = watcher
        self.scope = Scope(watcher.scope)
        self.proto: HttpProtocol | SocketProtocol
        if self.scope.proto == "http":
            self.proto = HttpProtocol(watcher.proto, self.scope.headers.get("content-length"))
        else:
            self.proto = SocketProtocol(watcher.proto)
        self.err = watcher.err
        self.taskref = watcher.taskref

    def done(self) -> None:
        self.proto.end()
        self._watcher.done()


def _encode(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
