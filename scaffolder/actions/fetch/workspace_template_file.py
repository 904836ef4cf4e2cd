"""``workspace:template:file``: a file of the workspace, rendered into another one."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.local_tree import read_local_file
from scaffolder.actions.fetch.render_file import render_file
from scaffolder.actions.fetch.schemas import COOKIECUTTER, REPLACE, TARGET_FILE, VALUES
from scaffolder.actions.scm_schema import schema, text


def workspace_template_file(context: ActionContext) -> None:
    """Raises what rendering raises, and CallboardError if there is no such file."""
    render_file(
        context, lambda: read_local_file(context.workspace, context.input["sourcePath"], where="in the workspace")[0]
    )


ACTION: Final = Action(
    id="workspace:template:file",
    description="Fills the values into a file of the workspace, and writes it to another path.",
    run=workspace_template_file,
    input=schema(
        {
            "sourcePath": text("The path of the file in the workspace"),
            "targetPath": TARGET_FILE,
            "values": VALUES,
            "cookiecutterCompat": COOKIECUTTER,
            "replace": REPLACE,
        },
        ["sourcePath", "targetPath"],
    ),
    examples=(
        Example(
            "Render a file that an earlier step has put into the workspace",
            "steps:\n"
            "  - id: readme\n"
            "    name: Write the readme\n"
            "    action: workspace:template:file\n"
            "    input:\n"
            "      sourcePath: templates/README.md\n"
            "      targetPath: README.md\n"
            "      values:\n"
            "        name: cart\n",
        ),
    ),
    supports_dry_run=True,
)
