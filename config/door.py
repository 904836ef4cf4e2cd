"""
The door: the one RSGI application of a web process.

Health is answered here, so that it answers also while all threads are busy. What is held open (event streams,
WebSockets) is to live here too, as coroutines in ``STREAMS``. Everything else goes to Django on a few threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from config.django_calls import DjangoCalls
from config.request_body import BodyTooLargeError, read_body

HEALTH = "/.backstage/health/v1/"
JSON_HEADERS = [("content-type", "application/json; charset=utf-8"), ("x-content-type-options", "nosniff")]
OK = (200, {"status": "ok"})
NOT_STARTED = (503, {"message": "Backend has not started yet", "status": "error"})
SHUTTING_DOWN = (503, {"message": "Backend is shutting down", "status": "error"})
TOO_BUSY = (503, {"name": "ServiceUnavailableError", "message": "The server is too busy, try again later"})

Stream = Callable[[Any, Any], Awaitable[None]]
# Path prefix to coroutine function (scope, protocol), for connections that are held open.
STREAMS: dict[str, Stream] = {}


class Door:
    """``ready`` turns to OK when Django can answer, and to SHUTTING_DOWN when this process is about to end."""

    def __init__(self, calls: DjangoCalls, *, max_body_bytes: int) -> None:
        self.calls = calls
        self.max_body_bytes = max_body_bytes
        self.ready = NOT_STARTED

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        for prefix, stream in STREAMS.items():
            if scope.path.startswith(prefix):
                await stream(scope, protocol)
                return
        if scope.proto != "http":
            protocol.close(404)
        elif scope.path.startswith(HEALTH) and (answer := self._health(scope)):
            send_json(protocol, *answer)
        else:
            await self._call_django(scope, protocol)

    def _health(self, scope: Any) -> tuple[int, dict[str, Any]] | None:
        if scope.method not in ("GET", "HEAD"):
            return None
        return {"readiness": self.ready, "liveness": OK}.get(scope.path.removeprefix(HEALTH))

    async def _call_django(self, scope: Any, protocol: Any) -> None:
        try:
            body = await read_body(scope, protocol, self.max_body_bytes)
        except BodyTooLargeError as error:
            send_json(protocol, 413, error_body(scope, 413, "PayloadTooLargeError", str(error)))
            return
        done = asyncio.get_running_loop().create_future()
        if self.calls.submit(scope, protocol, body, done):
            await done
        else:
            send_json(protocol, 503, error_body(scope, 503, TOO_BUSY[1]["name"], TOO_BUSY[1]["message"]))


def send_json(protocol: Any, status: int, content: dict[str, Any]) -> None:
    protocol.response_bytes(status, JSON_HEADERS, orjson.dumps(content))


def error_body(scope: Any, status: int, name: str, message: str) -> dict[str, Any]:
    """In the shape of ``common/exception_handler.py``, which starts only where Django does."""
    return {
        "error": {"name": name, "message": message},
        "request": {"method": scope.method, "url": scope.path},
        "response": {"statusCode": status},
    }
