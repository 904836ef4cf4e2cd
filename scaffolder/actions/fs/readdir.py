"""``fs:readdir``: what lies in folders of the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import object_of, schema, text
from scaffolder.workspace.workspace import Entry, Workspace


def read_folders(context: ActionContext) -> None:
    """Raises NotAllowedError for what is outside, NotFoundError, InputError for a file."""
    files: list[dict[str, str]] = []
    folders: list[dict[str, str]] = []
    for path in context.input["paths"]:
        for entry in _entries(context.workspace, path, is_recursive=bool(context.input.get("recursive"))):
            name = entry.path.rpartition("/")[2]
            shown = {"name": name, "path": entry.path, "fullPath": str(context.workspace.root / entry.path)}
            (folders if entry.is_folder else files).append(shown)
    context.output("files", files)
    context.output("folders", folders)


def _entries(workspace: Workspace, path: str, *, is_recursive: bool) -> Iterator[Entry]:
    """A folder's own entries first, then those of its last folder: the order that Node.js has."""
    waiting = [path]
    while waiting:
        for entry in workspace.entries(waiting.pop()):
            yield entry
            if entry.is_folder and is_recursive:
                waiting.append(entry.path)


ENTRIES: Final[dict[str, Any]] = {
    "type": "array",
    "items": object_of(
        {
            "name": text("The name of the file or folder"),
            "path": text("Its path in the workspace"),
            "fullPath": text("Its path on the machine that runs the step"),
        },
        ["name", "path", "fullPath"],
    ),
}


def _example(description: str, paths: str, more: str = "") -> Example:
    return Example(
        description,
        f"steps:\n  - id: list\n    name: List\n    action: fs:readdir\n    input:\n      paths: {paths}\n{more}",
    )


ACTION: Final = Action(
    id="fs:readdir",
    description="Lists the files and folders in folders of the workspace.",
    run=read_folders,
    input=schema(
        {
            "paths": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "recursive": {"type": "boolean", "default": False},
        },
        ["paths"],
    ),
    output=schema({"files": ENTRIES, "folders": ENTRIES}, ["files", "folders"]),
    examples=(
        _example("List the workspace", "['.']"),
        _example("List a folder with all that is in it", "[docs]", "      recursive: true\n"),
        _example("List two folders", "[docs, src]"),
    ),
    supports_dry_run=True,
    only_reads=True,
)
