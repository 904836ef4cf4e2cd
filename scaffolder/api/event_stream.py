"""
The events of a task as they come: as a stream, or in an answer that waits until there are some.

The views find out, as all views do, who may read what. Then the door holds the connection, on no thread.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.api.query_string import QueryValue, parse_query_string
from common.database import closing_on_failure
from common.errors import InputError, NotFoundError
from common.held_response import HeldResponse
from common.json_response import CONTENT_TYPE
from scaffolder.api import access
from scaffolder.api.event_line import EventLine, as_list, as_stream, find_newest, read_lines
from scaffolder.api.event_waker import EventWaker
from scaffolder.api.request_check import check_request
from scaffolder.tasks.events import events_after

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 30.0
HEARTBEAT = b": heartbeat\n\n"
STREAM_HEADERS = {
    "Connection": "keep-alive",
    "Cache-Control": "no-cache",
    "Content-Type": "text/event-stream",
    "X-Accel-Buffering": "no",  # nginx would keep events back until it has some kilobytes
}
LARGEST_ID = 2**53 - 1
INTEGER = re.compile(r"[+-]?[0-9]{1,40}")


def stream_events(request: HttpRequest, task_id: str) -> HttpResponse:
    """Server-sent events, up to the completion. ``after`` wins over what a browser says that connects again."""
    after = _read_after(request)
    if after is None:
        after = _parse_id(request.headers.get("Last-Event-ID", ""))
    task = access.get_allowed_task(request, task_id, access.READ_TASKS)
    if request.method == "HEAD":
        return HttpResponse(headers=STREAM_HEADERS)
    return HeldResponse(partial(hold_stream, WAKER, task.id, after), headers=STREAM_HEADERS)


def poll_events(request: HttpRequest, task_id: str) -> HttpResponse:
    """A list of events, as soon as there are any; empty after 30 seconds without."""
    after = check_request(request, "StreamLogsPolling").query.get("after")
    task = access.get_allowed_task(request, task_id, access.READ_TASKS)
    if events := events_after(task.id, after):
        return answer_with_etag(request, events)
    return HeldResponse(partial(hold_poll, WAKER, task.id, after), headers={"Content-Type": CONTENT_TYPE})


async def hold_stream(
    waker: EventWaker,
    task_id: str,
    after: int | None,
    protocol: Any,
    *,
    headers: list[tuple[str, str]],
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> None:
    """A comment is sent when nothing else was for a while, so that nobody in between takes the connection for dead."""
    transport = protocol.response_stream(200, headers)
    with waker.reader(task_id, after) as reader:
        has_ended = False
        while not has_ended:
            lines: list[EventLine] = []
            try:
                async with asyncio.timeout(heartbeat_seconds):
                    lines = await reader.next()
            except TimeoutError:
                pass
            except NotFoundError:
                return
            try:
                await transport.send_bytes(as_stream(lines) or HEARTBEAT)
            except RuntimeError:  # the client is gone
                return
            has_ended = any(line.is_last for line in lines)


async def hold_poll(
    waker: EventWaker,
    task_id: str,
    after: int | None,
    protocol: Any,
    *,
    headers: list[tuple[str, str]],
    poll_seconds: float = POLL_SECONDS,
) -> None:
    lines: list[EventLine] = []
    try:
        with waker.reader(task_id, after) as reader:
            async with asyncio.timeout(poll_seconds):
                while not lines:
                    lines = await reader.next()
    except (TimeoutError, NotFoundError):
        pass
    finally:
        # Also when the process stops: the client asks again, and another one answers.
        protocol.response_bytes(200, headers, as_list(lines))


def _read_after(request: HttpRequest) -> int | None:
    """Raises InputError."""
    value: QueryValue | None = parse_query_string(request.META.get("QUERY_STRING", "")).get("after")
    if value is None:
        return None
    after = _parse_id(value) if isinstance(value, str) else None
    if after is None:
        raise InputError(f"request/query/after must be integer, the id of an event, and is {value!r}")
    return after


def _parse_id(text: str) -> int | None:
    if not INTEGER.fullmatch(text):
        return None
    return max(-LARGEST_ID, min(int(text), LARGEST_ID))


# Of this process. Its threads start when they are needed.
WAKER = EventWaker(
    find_newest=closing_on_failure(find_newest),
    read_lines=closing_on_failure(read_lines),
    executor=ThreadPoolExecutor(2, thread_name_prefix="events"),
)
