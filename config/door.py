"""
The door: the one application of a web process, in the manner of RSGI.

Health is answered here, so that it answers also while all threads are busy. Everything else goes to Django on a few
threads; what takes its time has threads of its own, so that nobody waits for it who only wants to read. Where Django
answers that a connection is to be held (event streams, long polls, WebSockets), it is held here, on no thread.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from functools import partial
from typing import Any

import orjson

from config.django_calls import DjangoCalls, Held
from config.request_body import BodyTooLargeError, read_body
from config.socket_request import SOCKET_PATHS, SocketRequest

HEALTH = "/.backstage/health/v1/"
JSON_HEADERS = [("content-type", "application/json; charset=utf-8"), ("x-content-type-options", "nosniff")]
OK = (200, {"status": "ok"})
NOT_STARTED = (503, {"message": "Backend has not started yet", "status": "error"})
SHUTTING_DOWN = (503, {"message": "Backend is shutting down", "status": "error"})
GOOD_BYE_SECONDS = 2.0
TOO_BUSY = (503, {"message": "The server is too busy, try again later"})

# Templates are rendered for these, or others are asked over the network. Agents wait longer than people.
SLOW = re.compile(
    r"/api/(scaffolder/v2/(dry-run/?|autocomplete/.*)|mcp-actions/.*|catalog/analyze-location/?)", re.DOTALL
)

logger = logging.getLogger(__name__)


class Door:
    """
    ``ready`` turns to OK when Django can answer, and to SHUTTING_DOWN when this process is about to end.

    ``slow_calls`` takes what may take seconds.
    """

    def __init__(self, calls: DjangoCalls, *, slow_calls: DjangoCalls, max_body_bytes: int) -> None:
        self.calls = calls
        self.slow_calls = slow_calls
        self.max_body_bytes = max_body_bytes
        self.ready = NOT_STARTED
        self._held: set[asyncio.Task[None]] = set()
        # Those that did not come through the event loop, so that somebody remembers them.
        self._taken: set[asyncio.Task[None]] = set()
        self._is_releasing = False

    def release_all(self) -> None:
        """End all connections that are held, and hold no others."""
        self._is_releasing = True
        for work in self._held:
            work.cancel()

    async def wait_until_released(self) -> None:
        """Until they have all said good-bye, but not for ever."""
        if self._held:
            await asyncio.wait(set(self._held), timeout=GOOD_BYE_SECONDS)

    def take(self, watcher: Any) -> bool:
        """
        Hand a request to Django without the event loop; False if it has to come to ``__rsgi__``.

        Runs on Granian's thread. ``watcher`` has the scope, the protocol, and ``done`` for when the answer is out.
        """
        scope = watcher.scope
        if scope.method != "GET" or scope.proto != "http" or scope.path.startswith(HEALTH):
            return False
        headers = scope.headers
        if "content-length" in headers or "transfer-encoding" in headers:
            return False
        return self.calls.submit(scope, watcher.proto, b"", partial(self._finish_taken, watcher))

    def _finish_taken(self, watcher: Any, held: Held | None) -> None:
        if held is None:
            watcher.done()
        else:
            self.calls.loop.call_soon_threadsafe(self._hold_taken, watcher, held)

    def _hold_taken(self, watcher: Any, held: Held) -> None:
        task = asyncio.ensure_future(self._hold(held, watcher.scope, watcher.proto))
        self._taken.add(task)
        task.add_done_callback(self._taken.discard)
        task.add_done_callback(lambda _: watcher.done())

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto == "ws":
            await self._open_socket(scope, protocol)
        elif scope.path.startswith(HEALTH) and (answer := self._health(scope)):
            send_json(protocol, *answer)
        else:
            await self._call_django(scope, protocol)

    async def _open_socket(self, scope: Any, protocol: Any) -> None:
        if scope.path in SOCKET_PATHS:
            await self._call_django(SocketRequest(scope), protocol)
        else:
            protocol.response_empty(404, [])

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
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Held | None] = loop.create_future()
        calls = self.slow_calls if scope.method == "POST" and SLOW.fullmatch(scope.path) else self.calls
        if not calls.submit(scope, protocol, body, lambda held: loop.call_soon_threadsafe(_finish, done, held)):
            _refuse(scope, protocol, TOO_BUSY)
        elif held := await done:
            await self._hold(held, scope, protocol)

    async def _hold(self, held: Held, scope: Any, protocol: Any) -> None:
        """Until it ends by itself, the client is gone, or we are."""
        if self._is_releasing:
            _refuse(scope, protocol, SHUTTING_DOWN)
            return
        work = asyncio.ensure_future(held(protocol))
        gone = asyncio.ensure_future(_wait_until_gone(protocol))
        self._held.add(work)
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._held.discard(work)
            work.cancel()
            gone.cancel()
            await asyncio.wait((work, gone))
        if not work.cancelled() and (error := work.exception()):
            logger.error("a held connection broke off", exc_info=error)
            with suppress(RuntimeError):  # raised if an answer is out already
                protocol.response_empty(500, [])


def _finish(done: asyncio.Future[Held | None], held: Held | None) -> None:
    if not done.done():
        done.set_result(held)


async def _wait_until_gone(protocol: Any) -> None:
    # Granian's awaitable is no future of asyncio's, and cannot be waited for beside others.
    await protocol.client_disconnect()


def _refuse(scope: Any, protocol: Any, reason: tuple[int, dict[str, str]]) -> None:
    status, content = reason
    send_json(protocol, status, error_body(scope, status, "ServiceUnavailableError", content["message"]))


def send_json(protocol: Any, status: int, content: dict[str, Any]) -> None:
    protocol.response_bytes(status, JSON_HEADERS, orjson.dumps(content))


def error_body(scope: Any, status: int, name: str, message: str) -> dict[str, Any]:
    """In the shape of ``common/exception_handler.py``, which starts only where Django does."""
    return {
        "error": {"name": name, "message": message},
        "request": {"method": scope.method, "url": scope.path},
        "response": {"statusCode": status},
    }
