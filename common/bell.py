"""Rings for a worker after a write that makes work: at once, and at most every few milliseconds in a burst."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.05


class Bell:
    """
    ``send`` sends the message. After the last write there is always a ring: one that comes too soon is kept for later.

    A bell that nobody can hear costs only time: the work is in the database, and a periodic job looks there.
    """

    def __init__(self, send: Callable[[], object], *, quiet_seconds: float | None = None) -> None:
        self._send = send
        self._quiet_seconds = quiet_seconds
        self._lock = threading.Lock()
        self._is_quiet = False
        self._is_wanted = False

    def ring_after_commit(self) -> None:
        transaction.on_commit(self.ring)

    def ring(self) -> None:
        with self._lock:
            self._is_wanted = True
            if self._is_quiet:
                return
            self._begin_quiet()
        self._ring()

    def _begin_quiet(self) -> None:
        self._is_wanted = False
        seconds = QUIET_SECONDS if self._quiet_seconds is None else self._quiet_seconds
        self._is_quiet = seconds > 0
        if self._is_quiet:
            threading.Timer(seconds, self._end_quiet).start()

    def _end_quiet(self) -> None:
        with self._lock:
            self._is_quiet = False
            if not self._is_wanted:
                return
            self._begin_quiet()
        self._ring()

    def _ring(self) -> None:
        try:
            self._send()
        except (OperationalError, OSError) as error:
            logger.warning("nobody could be called to work: %s", error)
