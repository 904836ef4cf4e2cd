"""``callboard template logs``: what a task has told so far, and on request what it goes on to tell."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson

from catalog.commands.terminal import harmless, open_console
from common.errors import NotFoundError
from scaffolder.commands.lines import print_line
from scaffolder.models import TaskStatus
from scaffolder.tasks.events import COMPLETION, events_after
from scaffolder.tasks.read import get_task, is_task_id

SECONDS_BETWEEN_LOOKS = 0.5
Event = dict[str, Any]


def run(arguments: argparse.Namespace) -> int:
    if not is_task_id(arguments.id):
        raise NotFoundError(f"No task with id '{arguments.id}' found")
    show = write_json if arguments.json else print_event()
    if arguments.follow:
        return follow(arguments.id, show)
    for event in events_after(arguments.id, None):
        show(event)
    return 0


def follow(task_id: str, show: Callable[[Event], None]) -> int:
    """Until the task ends. 1 if it did not complete."""
    newest = 0
    while True:
        events = events_after(task_id, newest)
        for event in events:
            show(event)
            newest = event["id"]
        if any(event["type"] == COMPLETION for event in events):
            return 0 if get_task(task_id).status == TaskStatus.COMPLETED else 1
        time.sleep(SECONDS_BETWEEN_LOOKS)


def write_json(event: Event) -> None:
    """One line each, at once."""
    sys.stdout.write(orjson.dumps(event).decode() + "\n")
    sys.stdout.flush()


def print_event() -> Callable[[Event], None]:
    console = open_console()

    def show(event: Event) -> None:
        print_line(console, event["body"])
        error = event["body"].get("error")
        if error:
            console.print(harmless(f"{error['name']}: {error['message']}"), style="bold red")

    return show
