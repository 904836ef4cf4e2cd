"""
The parent of all processes: starts them, starts again what dies, stops them in order.

Children are forked from it, so that what it has imported costs them nothing. It has no threads and holds no
connections, and waits for signals one at a time instead of being interrupted by them.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NoReturn

from config.parent import end_with_parent
from config.signal_queue import SignalQueue

logger = logging.getLogger(__name__)

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# Who has lived this long was not broken from the start: its next restart is quick again.
SOUND_SECONDS = 60.0
FAULT_STATUS = 1
# Some tools send a signal to a process and to its group: that is one wish, not two.
SAME_SIGNAL_SECONDS = 1.0


@dataclass(slots=True)
class Child:
    """
    One process. ``run`` ends when it gets SIGTERM; what it returns is its exit status.

    It has ``grace`` seconds to stop, when all of a lower ``stage`` have. ``orphan_signal`` is what it gets should the
    parent be killed.
    """

    name: str
    run: Callable[[], int]
    grace: float = 10.0
    orphan_signal: int = signal.SIGKILL
    stage: int = 0
    pid: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    delay: float = field(default=FIRST_DELAY)


def supervise(children: Sequence[Child]) -> int:
    """Run the children until told to stop, those of a lower stage before all others. Returns the exit status."""
    signals = SignalQueue([*STOP_SIGNALS, signal.SIGCHLD])
    for child in children:
        _start(child, signals)
    while True:
        received = signals.wait(_seconds_to_next_start(children))
        if received in STOP_SIGNALS:
            return _stop(children, signals)
        _reap(children)
        for child in children:
            if not child.pid and child.start_at <= time.monotonic():
                _start(child, signals)


def _seconds_to_next_start(children: Sequence[Child]) -> float | None:
    due = [child.start_at for child in children if not child.pid]
    return max(min(due) - time.monotonic(), 0.0) if due else None


def _start(child: Child, signals: SignalQueue) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    with signals.held_back():
        pid = os.fork()
        if pid == 0:
            _become(child, parent, signals)
    child.pid, child.started_at = pid, time.monotonic()


def _become(child: Child, parent: int, signals: SignalQueue) -> NoReturn:
    """Never returns into the parent's code, whatever happens."""
    status = FAULT_STATUS
    try:
        end_with_parent(child.orphan_signal, parent=parent)
        signals.close()
        # Ctrl-C goes to the whole group; the parent decides who stops when.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = child.run()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else FAULT_STATUS
    except BaseException:
        logger.exception("%s failed", child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _reap(children: Sequence[Child]) -> None:
    """Take note of all that have ended, and when to start them again."""
    by_pid = {child.pid: child for child in children if child.pid}
    while by_pid:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if child := by_pid.pop(pid, None):
            _plan_restart(child, os.waitstatus_to_exitcode(status))


def _plan_restart(child: Child, status: int) -> None:
    now = time.monotonic()
    if now - child.started_at > SOUND_SECONDS:
        child.delay = FIRST_DELAY
    logger.error(
        "%s ended with status %d, starts again in %.1f s",
        child.name,
        status,
        child.delay,
        extra={"child": child.name, "pid": child.pid},
    )
    child.pid, child.start_at = 0, now + child.delay
    child.delay = min(child.delay * 2, LONGEST_DELAY)


def _stop(children: Sequence[Child], signals: SignalQueue) -> int:
    """Stage by stage; a second signal to stop ends all that are left at once."""
    impatient_from = time.monotonic() + SAME_SIGNAL_SECONDS
    for _, stage in groupby(sorted(children, key=_stage_of), key=_stage_of):
        running = [child for child in stage if child.pid]
        for child in running:
            _send(child, signal.SIGTERM)
        begun = time.monotonic()
        for child in running:
            if not _has_ended_by(begun + child.grace, child, signals, impatient_from):
                logger.warning("%s did not stop in time and was killed", child.name)
    return 0


def _stage_of(child: Child) -> int:
    return child.stage


def _has_ended_by(deadline: float, child: Child, signals: SignalQueue, impatient_from: float) -> bool:
    """If not, it is killed."""
    while not _has_ended(child):
        received = signals.wait(max(deadline - time.monotonic(), 0.0))
        now = time.monotonic()
        is_impatient = received in STOP_SIGNALS and now > impatient_from
        if is_impatient or now >= deadline:
            _send(child, signal.SIGKILL)
            os.waitpid(child.pid, 0)
            child.pid = 0
            return False
    return True


def _has_ended(child: Child) -> bool:
    pid, _ = os.waitpid(child.pid, os.WNOHANG)
    if pid:
        child.pid = 0
    return pid != 0


def _send(child: Child, number: int) -> None:
    try:
        os.kill(child.pid, number)
    except ProcessLookupError:
        return
