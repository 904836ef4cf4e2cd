"""A request as Granian hands it to the door, and what the door did with it."""

import asyncio
from dataclasses import dataclass, field


class Headers:
    def __init__(self, pairs):
        self.pairs = list(pairs)

    def __contains__(self, name):
        return any(key == name for key, _ in self.pairs)

    def get(self, name, default=None):
        return next((value for key, value in self.pairs if key == name), default)

    def items(self):
        return list(self.pairs)


@dataclass
class Scope:
    path: str = "/"
    method: str = "GET"
    query_string: str = ""
    headers: Headers = field(default_factory=lambda: Headers([]))
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:7007"
    client: str = "10.0.0.9:5555"
    scheme: str = "http"
    authority: str | None = None
    subprotocols: list[str] = field(default_factory=list)


class StreamTransport:
    def __init__(self, *, breaks_after=None):
        self.sent = []
        self.breaks_after = breaks_after

    async def send_bytes(self, data):
        if self.breaks_after is not None and len(self.sent) >= self.breaks_after:
            raise RuntimeError("the client is gone")
        self.sent.append(data)


class Protocol:
    """
    ``chunks`` is the body. Remembers the answer as (status, headers, body). ``gone`` is when the client leaves.
    """

    def __init__(self, *chunks, transport=None):
        self.chunks = chunks
        self.answer = None
        self.transport = transport or StreamTransport()
        self.chunks_read = 0
        self.gone = asyncio.Event()

    async def client_disconnect(self):
        await self.gone.wait()

    async def __call__(self):
        return b"".join(self.chunks)

    async def __aiter__(self):
        for chunk in self.chunks:
            self.chunks_read += 1
            yield chunk

    def response_bytes(self, status, headers, body):
        self.answer = (status, dict(headers), body)

    def response_empty(self, status, headers):
        self.answer = (status, dict(headers), b"")

    def response_stream(self, status, headers):
        self.answer = (status, dict(headers), self.transport.sent)
        return self.transport


def run(coroutine):
    return asyncio.run(coroutine)
