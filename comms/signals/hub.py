"""
Passes signals on to the sockets of this process.

As long as any socket is open, one statement asks the database a few times a second what is new, once for all of them.
Nobody asks otherwise. Runs in one event loop; the database is asked on a thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from common.errors import NotAllowedError, ServiceUnavailableError
from comms.signals.read import ReadSignal

logger = logging.getLogger(__name__)

ASK_SECONDS = 0.2
RETRY_SECONDS = 1.0
# Ids are drawn in one order and may be committed in another. For so many rounds a lower one may still turn up.
ROUNDS_TO_WAIT = 25
MOST_SOCKETS = 5_000
MOST_SOCKETS_OF_A_USER = 100
MOST_CHANNELS = 50
MOST_UNSENT = 100

Result = TypeVar("Result")


class Listener:
    """One socket's part: what it listens to, and what it is to be sent."""

    def __init__(self, user: str, refs: frozenset[str]) -> None:
        self.user = user
        self.refs = refs | {user}
        self.channels: set[str] = set()
        self.unsent: asyncio.Queue[str] = asyncio.Queue(MOST_UNSENT)
        self.is_too_slow = False

    def subscribe(self, channel: str) -> bool:
        """False if it listens to too many already."""
        if channel not in self.channels and len(self.channels) >= MOST_CHANNELS:
            return False
        self.channels.add(channel)
        return True

    def hears(self, signal: ReadSignal) -> bool:
        return signal.channel in self.channels and (
            signal.recipients is None or not self.refs.isdisjoint(signal.recipients)
        )

    def tell(self, text: str) -> None:
        try:
            self.unsent.put_nowait(text)
        except asyncio.QueueFull:
            self.is_too_slow = True


class SignalHub:
    """
    ``find_newest`` gives the id of the newest signal, ``read_after`` those beyond an id.

    Both are called on ``executor``, and again and again while the database fails.
    """

    def __init__(
        self,
        *,
        find_newest: Callable[[], int],
        read_after: Callable[[int], list[ReadSignal]],
        executor: Executor | None = None,
        ask_seconds: float = ASK_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._find_newest = find_newest
        self._read_after = read_after
        self._executor = executor
        self._ask_seconds = ask_seconds
        self._retry_seconds = retry_seconds
        self._listeners: set[Listener] = set()
        self._sockets_of: Counter[str] = Counter()
        self._asking: asyncio.Task[None] | None = None
        self._knows_newest = asyncio.Event()

    async def join(self, listener: Listener) -> None:
        """
        From here on it is told, until it leaves. Raises NotAllowedError, ServiceUnavailableError if it is one too many.

        Waits until the newest signal is known, so that none that comes later is missed.
        """
        if len(self._listeners) >= MOST_SOCKETS:
            raise ServiceUnavailableError(f"{MOST_SOCKETS} WebSockets are open already, try again later")
        if self._sockets_of[listener.user] >= MOST_SOCKETS_OF_A_USER:
            most = MOST_SOCKETS_OF_A_USER
            raise NotAllowedError(f"{listener.user} has {most} WebSockets open already: close some of them first")
        self._listeners.add(listener)
        self._sockets_of[listener.user] += 1
        if self._asking is None or self._asking.done():
            self._knows_newest = asyncio.Event()
            self._asking = asyncio.ensure_future(self._ask_while_heard())
        try:
            await self._knows_newest.wait()
        except BaseException:
            self.leave(listener)
            raise

    def leave(self, listener: Listener) -> None:
        """Harmless for one that is not there."""
        if listener in self._listeners:
            self._listeners.discard(listener)
            self._sockets_of[listener.user] -= 1
            if not self._sockets_of[listener.user]:
                del self._sockets_of[listener.user]

    async def _ask_while_heard(self) -> None:
        newest = await self._persistently(self._find_newest)
        self._knows_newest.set()
        floors = deque([newest], maxlen=ROUNDS_TO_WAIT)
        seen: set[int] = set()
        while self._listeners:
            floor = floors[0]
            signals = await self._persistently(lambda floor=floor: self._read_after(floor))  # type: ignore[misc]
            for signal in signals:
                if signal.id not in seen:
                    self._pass_on(signal)
            seen = {signal.id for signal in signals}
            floors.append(max(floors[-1], *seen) if seen else floors[-1])
            await asyncio.sleep(self._ask_seconds)

    def _pass_on(self, signal: ReadSignal) -> None:
        for listener in self._listeners:
            if listener.hears(signal):
                listener.tell(signal.text)

    async def _persistently(self, ask: Callable[[], Result]) -> Result:
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._executor, ask)
            except Exception:
                logger.exception("Signals cannot be read, next try in %s s", self._retry_seconds)
            await asyncio.sleep(self._retry_seconds)
