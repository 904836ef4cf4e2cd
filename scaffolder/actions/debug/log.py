"""``debug:log``: a message, and what is in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import schema, text
from scaffolder.workspace.workspace import Entry, Workspace

WITH_CONTENTS: Final = "with-contents"
LONGEST_CONTENT: Final = 64 * 1024
MOST_CONTENTS: Final = 1024 * 1024


def log_message(context: ActionContext) -> None:
    given = context.input
    context.log.info(json.dumps(given, indent=2, ensure_ascii=False))
    if given.get("message"):
        context.log.info(given["message"])
    if given.get("listWorkspace"):
        files = (entry for entry in context.workspace.walk() if not entry.is_folder)
        if given["listWorkspace"] == WITH_CONTENTS:
            lines = _with_contents(context.workspace, files)
        else:
            lines = (f"  - {entry.path}" for entry in files)
        context.log.info("Workspace:\n" + "\n".join(lines))


def _with_contents(workspace: Workspace, files: Iterator[Entry]) -> Iterator[str]:
    """Large files are left out, and all those after much has been shown: a log is no place for them."""
    shown = 0
    for entry in files:
        if entry.size > LONGEST_CONTENT or shown + entry.size > MOST_CONTENTS:
            yield f" - {entry.path}: [skipped]"
            continue
        shown += entry.size
        content = workspace.read_bytes(entry.path).decode("utf-8", "replace")
        yield f" - {entry.path}:\n\n  {content}"


def _example(description: str, name: str, value: str) -> Example:
    return Example(
        description,
        f"steps:\n  - id: look\n    name: Look\n    action: debug:log\n    input:\n      {name}: {value}\n",
    )


ACTION: Final = Action(
    id="debug:log",
    description="Writes a message into the log, and what lies in the workspace if that is asked for.",
    run=log_message,
    input=schema(
        {
            "message": text("Message to output."),
            "listWorkspace": {
                "anyOf": [
                    {"type": "boolean"},
                    {"type": "string", "enum": ["with-filenames", WITH_CONTENTS]},
                ],
                "description": "List the files of the workspace; 'with-contents' shows what is in them, too",
            },
        }
    ),
    examples=(
        _example("Say something", "message", "Hello from the callboard"),
        _example("List the files of the workspace", "listWorkspace", "true"),
        _example("Show the files with their contents", "listWorkspace", WITH_CONTENTS),
    ),
    supports_dry_run=True,
    only_reads=True,
)
