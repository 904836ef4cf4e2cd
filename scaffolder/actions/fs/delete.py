"""``fs:delete``: files of the workspace go."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fs.path_patterns import PathPatterns
from scaffolder.actions.scm_schema import schema, texts


def delete_files(context: ActionContext) -> None:
    """Files only: what a folder's name or a pattern leaves empty stays. Raises NotAllowedError for what is outside."""
    workspace = context.workspace
    for given in context.input["files"]:
        pattern = workspace.normalize(given.replace("\\", "/"))
        entries = list(workspace.walk())
        # A "!" at the start is part of a name here: each pattern stands for itself.
        literal = f"\\{pattern}" if pattern.startswith("!") else pattern
        patterns = PathPatterns([literal], [entry.path for entry in entries if entry.is_folder])
        for entry in entries:
            if not entry.is_folder and (entry.path == pattern or patterns.matches(entry.path)):
                workspace.remove(entry.path)
                context.log.info(f"File {workspace.root / entry.path} deleted successfully")


def _example(description: str, files: str) -> Example:
    return Example(
        description,
        f"steps:\n  - id: tidy\n    name: Tidy up\n    action: fs:delete\n    input:\n      files: {files}\n",
    )


ACTION: Final = Action(
    id="fs:delete",
    description="Deletes files of the workspace, by their paths or by patterns.",
    run=delete_files,
    input=schema(
        {"files": texts("Paths or patterns; the path of a folder means all files in it")},
        ["files"],
    ),
    examples=(
        _example("Delete two files", "[draft.md, notes/old.md]"),
        _example("Delete all images of a folder", "['docs/**/*.png']"),
        _example("Delete everything", "['**']"),
    ),
    supports_dry_run=True,
)
