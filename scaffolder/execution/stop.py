"""
Ending a step that runs: a wish that anybody may utter, heard in the main thread at once.

An action that asks ``check`` or sleeps by ``wait`` hears it anywhere. In the main thread of a process it is also
interrupted in the midst of whatever it waits for: a read of a socket, another program, a sleep.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from scaffolder.actions.errors import Reason, StepStoppedError

SIGNAL = signal.SIGUSR1


class StepStop:
    """One for each step. ``request`` may be called from any thread; the first reason stays."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._error: StepStoppedError | None = None
        self._armed_thread: int | None = None

    @property
    def error(self) -> StepStoppedError | None:
        return self._error

    def request(self, reason: Reason, message: str) -> None:
        with self._lock:
            if self._error is None:
                self._error = StepStoppedError(reason, message)
                self._event.set()
            if self._armed_thread is not None:
                signal.pthread_kill(self._armed_thread, SIGNAL)

    def is_set(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def wait(self, seconds: float) -> None:
        self._event.wait(max(seconds, 0.0))
        self.check()

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Inside, the step is interrupted when it has to end. Raises StepStoppedError, at once if it has to already."""
        if threading.current_thread() is not threading.main_thread():
            self.check()
            yield
            return
        before = signal.signal(SIGNAL, self._interrupt)
        try:
            self._arm(threading.get_ident())
            self.check()
            yield
        finally:
            self._arm(None)
            signal.signal(SIGNAL, before)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Inside, nothing is interrupted: for what must not be left half done."""
        armed = self._armed_thread
        self._arm(None)
        try:
            yield
        finally:
            self._arm(armed)
        self.check()

    def _arm(self, thread: int | None) -> None:
        # Not under the lock: the handler may run here, and it must not wait for what this thread holds.
        self._armed_thread = thread

    def _interrupt(self, *_: object) -> None:
        if self._armed_thread is not None and self._error is not None:
            self._armed_thread = None
            raise self._error
