"""One WebSocket: what a browser may say, and when it is hung up on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from common.errors import CallboardError, serialize_error
from comms.signals.hub import Listener, SignalHub

MOST_BYTES = 4096
MOST_MESSAGES = 1000  # in a minute
LONGEST_CHANNEL = 200
HEARTBEAT_SECONDS = 30.0
SEND_SECONDS = 20.0
# Who may no longer sign in is gone after that; all others connect again.
LONGEST_SECONDS = 8 * 3600.0
# Clients ignore what names no channel. It keeps the connection from being taken for dead, and finds out if it is.
HEARTBEAT = "{}"
# Backstage's client connects again after all codes but 1000 and 1001.
UNSUPPORTED, POLICY, TOO_BIG, RESTART, TRY_AGAIN = 1003, 1008, 1009, 1012, 1013


@dataclass(frozen=True, slots=True)
class HangUp:
    """The socket is to be closed, and why."""

    code: int
    reason: str


async def hold_socket(
    hub: SignalHub,
    user: str,
    refs: frozenset[str],
    subprotocol: str | None,
    protocol: Any,
    *,
    headers: list[tuple[str, str]],
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
    longest_seconds: float = LONGEST_SECONDS,
) -> None:
    """Until the client leaves, breaks a rule, is too slow, or the process stops."""
    listener = Listener(user, refs)
    try:
        await hub.join(listener)
    except CallboardError as error:
        _refuse(protocol, headers, error)
        return
    end = HangUp(RESTART, "the server stops")
    try:
        await protocol.accept(subprotocol)
        async with asyncio.timeout(longest_seconds):
            end = await _talk(listener, protocol, heartbeat_seconds)
    except TimeoutError:
        end = HangUp(RESTART, "sign in again")
    finally:
        hub.leave(listener)
        with suppress(RuntimeError):
            await protocol.close(end.code, end.reason)


def _refuse(protocol: Any, headers: list[tuple[str, str]], error: CallboardError) -> None:
    body = {
        "error": serialize_error(error),
        "request": {"method": "GET", "url": "/"},
        "response": {"statusCode": error.status},
    }
    protocol.response_bytes(error.status, [*headers, ("content-type", "application/json")], orjson.dumps(body))


async def _talk(listener: Listener, protocol: Any, heartbeat_seconds: float) -> HangUp:
    """Both directions, until one of them ends."""
    work = [
        asyncio.ensure_future(_listen(listener, protocol)),
        asyncio.ensure_future(_send(listener, protocol, heartbeat_seconds)),
    ]
    try:
        done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in work:
            task.cancel()
        await asyncio.wait(work)


async def _listen(listener: Listener, protocol: Any) -> HangUp:
    loop = asyncio.get_running_loop()
    minute, count = loop.time(), 0
    while (message := await protocol.receive()) is not None:
        if loop.time() - minute > 60:
            minute, count = loop.time(), 0
        count += 1
        if count > MOST_MESSAGES:
            return HangUp(POLICY, f"more than {MOST_MESSAGES} messages in a minute")
        if hang_up := take_message(listener, message):
            return hang_up
    return HangUp(1000, "")


def take_message(listener: Listener, message: str | bytes) -> HangUp | None:
    """What a browser asks for: to hear of a channel, or no longer. What is unknown is ignored, as Backstage does."""
    if len(message) > MOST_BYTES:
        return HangUp(TOO_BIG, f"at most {MOST_BYTES} characters are taken")
    if isinstance(message, bytes):
        return HangUp(UNSUPPORTED, "only text is taken")
    try:
        wish = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    channel = wish.get("channel") if isinstance(wish, dict) else None
    if not isinstance(channel, str) or not 0 < len(channel) <= LONGEST_CHANNEL:
        return None
    if wish.get("action") == "unsubscribe":
        listener.channels.discard(channel)
    elif wish.get("action") == "subscribe" and not listener.subscribe(channel):
        return HangUp(POLICY, "too many channels")
    return None


async def _send(listener: Listener, protocol: Any, heartbeat_seconds: float) -> HangUp:
    while not listener.is_too_slow:
        text = HEARTBEAT
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat_seconds):
                text = await listener.unsent.get()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await protocol.send_text(text)
        except (TimeoutError, RuntimeError):  # nobody takes it
            return HangUp(TRY_AGAIN, "too slow")
    return HangUp(TRY_AGAIN, "too slow")
