"""``fetch:template``: a folder into the workspace, with its paths and files rendered."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.render_tree import TreeSettings, render_tree
from scaffolder.actions.fetch.schemas import (
    COOKIECUTTER,
    COPIED_PATHS,
    EXTENSION,
    LSTRIP_BLOCKS,
    REPLACE,
    TARGET_FOLDER,
    TOKEN,
    TRIM_BLOCKS,
    URL_OF_FOLDER,
    VALUES,
)
from scaffolder.actions.fetch.source import read_tree
from scaffolder.actions.scm_schema import schema, texts


def fetch_template(context: ActionContext) -> None:
    """Raises what reading and rendering raise."""
    settings = TreeSettings.from_input(context)
    context.log.info("Fetching template content from remote URL")
    render_tree(context, settings, read_tree(context, context.input["url"]))


ACTION: Final = Action(
    id="fetch:template",
    description="Fetches a skeleton, fills the values into its paths and files, and writes it into the workspace.",
    run=fetch_template,
    input=schema(
        {
            "url": URL_OF_FOLDER,
            "targetPath": TARGET_FOLDER,
            "values": VALUES,
            "copyWithoutRender": texts("Has no effect; use copyWithoutTemplating"),
            "copyWithoutTemplating": COPIED_PATHS,
            "cookiecutterCompat": COOKIECUTTER,
            "templateFileExtension": EXTENSION,
            "replace": REPLACE,
            "trimBlocks": TRIM_BLOCKS,
            "lstripBlocks": LSTRIP_BLOCKS,
            "token": TOKEN,
        },
        ["url"],
    ),
    examples=(
        Example(
            "Render the skeleton beside the template",
            "steps:\n"
            "  - id: render\n"
            "    name: Render the skeleton\n"
            "    action: fetch:template\n"
            "    input:\n"
            "      url: ./skeleton\n"
            "      targetPath: ./service\n"
            "      values:\n"
            "        name: cart\n"
            "        owner: team-a\n",
        ),
    ),
    supports_dry_run=True,
)
