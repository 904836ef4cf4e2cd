"""``fetch:template:file``: one file into the workspace, rendered."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.render_file import render_file
from scaffolder.actions.fetch.schemas import (
    COOKIECUTTER,
    LSTRIP_BLOCKS,
    REPLACE,
    TARGET_FILE,
    TOKEN,
    TRIM_BLOCKS,
    URL_OF_FILE,
    VALUES,
)
from scaffolder.actions.fetch.source import read_file
from scaffolder.actions.scm_schema import schema


def fetch_template_file(context: ActionContext) -> None:
    """Raises what reading and rendering raise."""

    def read() -> bytes:
        context.log.info("Fetching template file content from remote URL")
        return read_file(context, context.input["url"])[0]

    render_file(context, read)


ACTION: Final = Action(
    id="fetch:template:file",
    description="Fetches one file, fills the values into it, and writes it into the workspace.",
    run=fetch_template_file,
    input=schema(
        {
            "url": URL_OF_FILE,
            "targetPath": TARGET_FILE,
            "values": VALUES,
            "cookiecutterCompat": COOKIECUTTER,
            "replace": REPLACE,
            "trimBlocks": TRIM_BLOCKS,
            "lstripBlocks": LSTRIP_BLOCKS,
            "token": TOKEN,
        },
        ["url", "targetPath"],
    ),
    examples=(
        Example(
            "Render one file beside the template",
            "steps:\n"
            "  - id: readme\n"
            "    name: Write the readme\n"
            "    action: fetch:template:file\n"
            "    input:\n"
            "      url: ./README.md\n"
            "      targetPath: README.md\n"
            "      values:\n"
            "        name: cart\n",
        ),
    ),
    supports_dry_run=True,
)
