"""``fetch:plain``: a folder into the workspace, as it is."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.schemas import TARGET_FOLDER, TOKEN, URL_OF_FOLDER
from scaffolder.actions.fetch.source import read_tree
from scaffolder.actions.fetch.writing import Output, copy_tree
from scaffolder.actions.scm_schema import schema


def fetch_plain(context: ActionContext) -> None:
    """Raises NotAllowedError for a target outside, and whatever reading raises."""
    context.log.info("Fetching plain content from remote URL")
    output = Output(context, context.input.get("targetPath") or "./")
    copy_tree(context, read_tree(context, context.input["url"]), output)


ACTION: Final = Action(
    id="fetch:plain",
    description="Fetches a folder into the workspace, or into a folder of it, and changes nothing in its files.",
    run=fetch_plain,
    input=schema({"url": URL_OF_FOLDER, "targetPath": TARGET_FOLDER, "token": TOKEN}, ["url"]),
    examples=(
        Example(
            "Copy the folder beside the template",
            "steps:\n  - id: copy\n    name: Copy the skeleton\n    action: fetch:plain\n    input:\n      url: ./skeleton\n",
        ),
        Example(
            "Fetch the documentation of another repository into a folder",
            "steps:\n"
            "  - id: docs\n"
            "    name: Fetch the documentation\n"
            "    action: fetch:plain\n"
            "    input:\n"
            "      url: https://github.com/example/handbook/tree/main/docs\n"
            "      targetPath: docs\n",
        ),
    ),
    supports_dry_run=True,
)
