"""Signals one at a time, when we ask for them, instead of interruptions."""

from __future__ import annotations

import os
import select
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class SignalQueue:
    """Works from its making on, in the main thread. ``close`` gives a forked child the usual behaviour back."""

    def __init__(self, numbers: Iterable[signal.Signals]) -> None:
        # Who started us with nohup wants us to ignore that one.
        self.numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
        self.received: deque[int] = deque()
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)
        os.set_blocking(self.reader, False)
        signal.set_wakeup_fd(self.writer, warn_on_full_buffer=False)
        for number in self.numbers:
            signal.signal(number, _leave_to_wakeup_fd)

    def wait(self, seconds: float | None) -> int | None:
        """The next signal; None if none came in time."""
        if not self.received:
            ready, _, _ = select.select([self.reader], [], [], seconds)
            if not ready:
                return None
            self.received.extend(os.read(self.reader, 4096))
        return self.received.popleft()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Around a fork: what the child gets before it closes the queue would otherwise come out of the parent's."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self.numbers)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self.numbers)

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in self.numbers:
            signal.signal(number, signal.SIG_DFL)
        os.close(self.reader)
        os.close(self.writer)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self.numbers)


def _leave_to_wakeup_fd(*_: object) -> None:
    return
