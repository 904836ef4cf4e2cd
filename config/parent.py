"""A child process ends with its parent, also when that one is killed and can tell nobody."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with_parent(signal_number: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """
    Ask the kernel for this signal when the parent ends. Linux only; elsewhere an orphan goes on.

    ``parent`` is its process id, read before the fork: if it is gone already, this process ends at once.
    """
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    except (OSError, AttributeError):
        return
    if parent is not None and os.getppid() != parent:
        os._exit(1)
