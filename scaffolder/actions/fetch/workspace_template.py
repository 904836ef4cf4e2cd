"""``workspace:template``: a folder of the workspace, rendered into another one."""

from __future__ import annotations

from typing import Final

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.local_tree import list_tree
from scaffolder.actions.fetch.render_tree import TreeSettings, render_tree
from scaffolder.actions.fetch.schemas import COOKIECUTTER, COPIED_PATHS, EXTENSION, REPLACE, VALUES
from scaffolder.actions.scm_schema import schema, text
from scaffolder.workspace.workspace import split_path


def workspace_template(context: ActionContext) -> None:
    """Raises InputError if the target lies within the template, and what rendering raises."""
    settings = TreeSettings.from_input(context)
    source = split_path(context.input["sourcePath"])
    if settings.output.folder[: len(source)] == source:
        raise InputError("targetPath must not be within template path")
    render_tree(context, settings, list_tree(context.workspace, "/".join(source), where="in the workspace"))


ACTION: Final = Action(
    id="workspace:template",
    description="Fills the values into the paths and files of a folder of the workspace, and writes them to another.",
    run=workspace_template,
    input=schema(
        {
            "sourcePath": text("The folder of the workspace that holds the template"),
            "targetPath": text("The folder of the workspace to write to; not one within the template"),
            "values": VALUES,
            "copyWithoutTemplating": COPIED_PATHS,
            "cookiecutterCompat": COOKIECUTTER,
            "templateFileExtension": EXTENSION,
            "replace": REPLACE,
        },
        ["sourcePath", "targetPath", "copyWithoutTemplating"],
    ),
    examples=(
        Example(
            "Render a folder that an earlier step has put into the workspace",
            "steps:\n"
            "  - id: render\n"
            "    name: Render the templates\n"
            "    action: workspace:template\n"
            "    input:\n"
            "      sourcePath: ./templates\n"
            "      targetPath: ./service\n"
            "      copyWithoutTemplating: ['*.png']\n"
            "      values:\n"
            "        name: cart\n",
        ),
    ),
    supports_dry_run=True,
)
