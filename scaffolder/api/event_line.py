"""An event on its way to a reader: finished JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.database import fetch_all, in_list
from common.json_response import to_json
from scaffolder.tasks.events import COMPLETION, events_after


@dataclass(frozen=True, slots=True)
class EventLine:
    """``is_last``: nothing follows, and a stream ends. Clients of a task that may be recovered wait for a retry."""

    id: int
    type: str
    text: bytes
    is_last: bool = False


def read_lines(task_id: str, after: int | None) -> list[EventLine]:
    """The events later than ``after``; the completion in any case. Raises NotFoundError."""
    return [_line(event) for event in events_after(task_id, after)]


def _line(event: Mapping[str, Any]) -> EventLine:
    is_last = event["type"] == COMPLETION and not event["isTaskRecoverable"]
    return EventLine(event["id"], event["type"], to_json(event), is_last)


def find_newest(task_ids: Sequence[str]) -> dict[str, int]:
    """The id of each task's newest event, 0 if it has none. Tasks that are gone are left out."""
    condition, parameter = in_list(task_ids)
    newest = "SELECT max(event.id) FROM scaffolder_task_event AS event WHERE event.task_id = task.id"
    sql = f"SELECT task.id, coalesce(({newest}), 0) FROM scaffolder_task AS task WHERE task.id {condition}"
    return dict(fetch_all(sql, [parameter]))


def as_stream(lines: Iterable[EventLine]) -> bytes:
    """Server-sent events; a browser that has to connect again says the last id."""
    return b"".join(b"event: %b\nid: %d\ndata: %b\n\n" % (line.type.encode(), line.id, line.text) for line in lines)


def as_list(lines: Iterable[EventLine]) -> bytes:
    return b"[" + b",".join(line.text for line in lines) + b"]"
