"""
Tells the readers of tasks that there are new events, and reads these once for all of them.

As long as anybody reads, one statement asks the database ten times a second which of the tasks that are read have
something new. Nobody asks otherwise. Runs in one event loop; the database is asked on threads.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from common.errors import CallboardError
from scaffolder.api.event_line import EventLine

logger = logging.getLogger(__name__)

ASK_SECONDS = 0.1
RETRY_SECONDS = 1.0
# In place of the id of the newest event: nothing is known yet, nothing has been read yet, the task is gone.
UNKNOWN, UNREAD, GONE = -1, -2, sys.maxsize

Lines = list[EventLine]
ReadLines = Callable[[str, int | None], Lines]
FindNewest = Callable[[Sequence[str]], Mapping[str, int]]
Result = TypeVar("Result")


class EventWaker:
    """
    ``find_newest`` gives the id of the newest event of each of these tasks, without those that are gone.
    ``read_lines`` reads what is later than an id, and raises NotFoundError. Both are called on ``executor``, and
    again and again while the database fails.
    """

    def __init__(
        self,
        *,
        find_newest: FindNewest,
        read_lines: ReadLines,
        executor: Executor | None = None,
        ask_seconds: float = ASK_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._find_newest = find_newest
        self._read_lines = read_lines
        self._executor = executor
        self._ask_seconds = ask_seconds
        self._retry_seconds = retry_seconds
        self._news: dict[str, TaskNews] = {}
        self._asking: asyncio.Task[None] | None = None

    @contextmanager
    def reader(self, task_id: str, after: int | None) -> Iterator[EventReader]:
        """Reads a task's events from ``after`` on. Only inside is the task watched."""
        news = self._news.get(task_id)
        if news is None:
            news = self._news[task_id] = TaskNews(lambda after: self._read(task_id, after))
        news.readers += 1
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask_while_read())
        try:
            yield EventReader(news, after)
        finally:
            news.readers -= 1
            if not news.readers:
                del self._news[task_id]

    async def _ask_while_read(self) -> None:
        while self._news:
            task_ids = list(self._news)
            newest = await self._persistently(partial(self._find_newest, task_ids))
            for task_id in task_ids:
                if task_id in self._news:
                    self._news[task_id].tell(newest.get(task_id, GONE))
            await asyncio.sleep(self._ask_seconds)

    async def _read(self, task_id: str, after: int | None) -> Lines:
        return await self._persistently(partial(self._read_lines, task_id, after))

    async def _persistently(self, ask: Callable[[], Result]) -> Result:
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._executor, ask)
            except CallboardError:
                raise
            except Exception:
                logger.exception("Events of tasks cannot be read, next try in %s s", self._retry_seconds)
            await asyncio.sleep(self._retry_seconds)


@dataclass(frozen=True, slots=True)
class SharedRead:
    """Holds every event up to ``newest``, and perhaps later ones."""

    newest: int
    lines: asyncio.Future[Lines]


class TaskNews:
    """What the readers of one task share."""

    def __init__(self, read: Callable[[int | None], Awaitable[Lines]]) -> None:
        self.readers = 0
        self._read_from_database = read
        self._newest = UNKNOWN
        self._changed = asyncio.Event()
        self._reads: dict[int | None, SharedRead] = {}

    def tell(self, newest: int) -> None:
        if newest > self._newest:
            self._newest = newest
            self._reads.clear()
            self._changed.set()
            self._changed = asyncio.Event()

    async def read_beyond(self, known: int, after: int | None) -> tuple[Lines, int]:
        """Wait until there is something newer than ``known``; the lines, and the newest that they hold for certain."""
        while self._newest <= known:
            await self._changed.wait()
        read = self._reads.get(after)
        if read is None:
            read = self._reads[after] = SharedRead(self._newest, asyncio.ensure_future(self._read_from_database(after)))
            read.lines.add_done_callback(_note_failure)
        # One reader that leaves must not take it from the others.
        return await asyncio.shield(read.lines), read.newest


class EventReader:
    """One reader's place. To give up waiting loses nothing."""

    def __init__(self, news: TaskNews, after: int | None) -> None:
        self._news = news
        self._after = after
        self._known = UNREAD
        self._last_told: int | None = None

    async def next(self) -> Lines:
        """
        The lines that came since: the first time at once, even if there are none; later as soon as there are.

        Raises NotFoundError.
        """
        while True:
            is_first = self._known == UNREAD
            lines, self._known = await self._news.read_beyond(self._known, self._after)
            # The completion is in every answer of the database; nobody is told of it twice.
            lines = [line for line in lines if line.id != self._last_told]
            if lines:
                self._last_told = lines[-1].id
                self._after = max(self._after or 0, lines[-1].id)
            if lines or is_first:
                return lines


def _note_failure(read: asyncio.Future[Lines]) -> None:
    """Else asyncio would complain where the last reader left before it failed."""
    if not read.cancelled():
        read.exception()
