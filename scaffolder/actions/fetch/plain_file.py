"""``fetch:plain:file``: one file into the workspace, as it is."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.fetch.schemas import TARGET_FILE, TOKEN, URL_OF_FILE
from scaffolder.actions.fetch.source import read_file
from scaffolder.actions.fetch.writing import Output
from scaffolder.actions.scm_schema import schema


def fetch_plain_file(context: ActionContext) -> None:
    """Raises NotAllowedError for a target outside, and whatever reading raises."""
    context.log.info("Fetching plain content from remote URL")
    output = Output(context, "")
    target = output.path_of(context.input["targetPath"])
    data, is_executable = read_file(context, context.input["url"])
    output.write(target, data, is_executable=is_executable)


ACTION: Final = Action(
    id="fetch:plain:file",
    description="Fetches one file into the workspace and changes nothing in it.",
    run=fetch_plain_file,
    input=schema({"url": URL_OF_FILE, "targetPath": TARGET_FILE, "token": TOKEN}, ["url", "targetPath"]),
    examples=(
        Example(
            "Fetch a licence",
            "steps:\n"
            "  - id: licence\n"
            "    name: Fetch the licence\n"
            "    action: fetch:plain:file\n"
            "    input:\n"
            "      url: https://github.com/example/handbook/blob/main/LICENSE\n"
            "      targetPath: LICENSE\n",
        ),
    ),
    supports_dry_run=True,
)
