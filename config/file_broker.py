"""
The bell between processes where there is no Redis: kombu's filesystem transport, made safe to be killed.

Kombu's own writes a message in place, so that a reader may find half of it, and stops on one that it cannot read.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport.filesystem import Channel, Transport
from kombu.utils.json import dumps, loads

# A bell that nobody has heard that often need not ring again.
MOST_MESSAGES = 1000


class FileChannel(Channel):
    """One folder for all queues: a message is a file named ``<time>_<id>.<queue>.msg``, whole from the start."""

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]  # its base classes disagree
        folder = Path(self.data_folder_out)
        folder.mkdir(parents=True, exist_ok=True)
        # Each queue for itself: one whose readers are all busy must not silence the others.
        if sum(name.endswith(f".{queue}.msg") for name in os.listdir(folder)) >= MOST_MESSAGES:
            return
        name = f"{time_ns():020}_{uuid.uuid4().hex}"
        draft = folder / f"{name}.draft"
        draft.write_text(dumps(message))
        draft.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Raises Empty. Of several readers one gets a message: who renames it first."""
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f"{name}.{os.getpid()}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue
            try:
                return loads(taken.read_text())
            except ValueError:
                continue  # not ours: we write no such thing
            finally:
                taken.unlink()
        raise Empty


class FileTransport(Transport):
    """
    Says that it works in Celery's event loop, as Redis does: only there each process of a pool has a pipe of its own.
    In the other kind of pool they share one with a lock, and one that is killed while it waits keeps it for ever.
    """

    Channel = FileChannel
    implements = Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Look for messages again and again, for as long as the connection is there."""

        def look() -> None:
            with suppress(TimeoutError):
                while self.channels:
                    self.drain_events(connection, timeout=0)

        loop.call_repeatedly(self.polling_interval, look)


def prepare_folder(folder: Path) -> None:
    """Make the folder, without what killed processes left there: the work itself is in the database."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in [*folder.glob("*.draft"), *folder.glob("*.taken"), *folder.glob("*.msg")]:
        left.unlink(missing_ok=True)
