"""Where the processes of one start count together. Knows nothing of what they count."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from pathlib import Path

from config import env

LOCK_FILE = "lock"
# File descriptors, held as long as any process of this start lives.
_held: list[int] = []


def prepare_metrics(data_dir: Path) -> None:
    """
    Make the processes that start from here count together, from 0. To be called before anything counts.

    Others may share the data folder, also from other containers: what they count is left alone while they live.
    """
    parent = data_dir / "metrics"
    parent.mkdir(parents=True, exist_ok=True)
    for folder in parent.iterdir():
        if _is_left_behind(folder):
            shutil.rmtree(folder, ignore_errors=True)
    folder = parent / uuid.uuid4().hex
    folder.mkdir()
    lock = os.open(folder / LOCK_FILE, os.O_WRONLY | os.O_CREAT, 0o644)
    fcntl.flock(lock, fcntl.LOCK_EX)
    _held.append(lock)
    env.export_metrics_dir(folder)


def _is_left_behind(folder: Path) -> bool:
    try:
        with (folder / LOCK_FILE).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return False  # another one that starts right now
    return True
