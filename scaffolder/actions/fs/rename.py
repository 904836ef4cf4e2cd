"""``fs:rename``: files and folders of the workspace move."""

from __future__ import annotations

from typing import Any, Final

from common.errors import CallboardError, InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import flag, object_of, schema, text
from scaffolder.workspace.workspace import split_path


def rename_files(context: ActionContext) -> None:
    """
    Raises NotAllowedError for what is outside, CallboardError for what is not there or in the way, InputError for a
    folder that is to move into itself.
    """
    for given in context.input["files"]:
        source, target = given["from"], given["to"]
        if not source or not target:
            raise InputError("each file must have a from and to property")
        try:
            _rename(context, source, target, overwrites=bool(given.get("overwrite")))
        except CallboardError:
            context.log.error(f"Failed to rename file {source} to {target}")
            raise


def _rename(context: ActionContext, source: str, target: str, *, overwrites: bool) -> None:
    workspace = context.workspace
    old, new = split_path(source), split_path(target)
    if old != new and (old[: len(new)] == new or new[: len(old)] == old):
        raise InputError(f"'{source}' cannot be renamed to '{target}': one lies within the other")
    if not workspace.exists(source):
        # In Node's words, as the log of Backstage's scaffolder has them.
        raise CallboardError(f"ENOENT: no such file or directory, lstat '{workspace.root.joinpath(*old)}'")
    if workspace.exists(target):
        if not overwrites:
            raise CallboardError(f"'{target}' already exists; set 'overwrite' to replace it")
        if old != new:
            workspace.remove(target)
    if old != new:
        workspace.rename(source, target)
    root = workspace.root
    context.log.info(f"File {root.joinpath(*old)} renamed to {root.joinpath(*new)} successfully")


FILES: Final[dict[str, Any]] = {
    "type": "array",
    "items": object_of(
        {
            "from": text("The path in the workspace"),
            "to": text("Its new path in the workspace"),
            "overwrite": flag("Replace what is at the new path; false unless it is given"),
        },
        ["from", "to"],
    ),
    "description": "The files and folders to rename, one after the other",
}
ACTION: Final = Action(
    id="fs:rename",
    description="Renames files and folders within the workspace.",
    run=rename_files,
    input=schema({"files": FILES}, ["files"]),
    examples=(
        Example(
            "Rename a file, and replace another one",
            "steps:\n"
            "  - id: rename\n"
            "    name: Rename\n"
            "    action: fs:rename\n"
            "    input:\n"
            "      files:\n"
            "        - from: README.template.md\n"
            "          to: docs/README.md\n"
            "        - from: defaults.yaml\n"
            "          to: settings.yaml\n"
            "          overwrite: true\n",
        ),
    ),
    supports_dry_run=True,
)
