"""``roadiehq:utils:fs:append``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.schemas import PATH_OUTPUT, closed_object

EXAMPLES = (
    Example(
        "Add a line to a file",
        """\
steps:
  - action: roadiehq:utils:fs:append
    id: add-resource
    name: Add the resource
    input:
      path: kustomization.yaml
      content: |2
          - virtual-service.yaml
""",
    ),
)


def append_file(context: ActionContext) -> None:
    workspace, path = context.workspace, context.workspace.normalize(context.input["path"])
    before = workspace.find(path)
    data = workspace.read_bytes(path) if before else b""
    is_executable = before is not None and before.is_executable
    workspace.write_bytes(path, data + context.input["content"].encode(), is_executable=is_executable)
    context.output("path", path)


ACTION = Action(
    id="roadiehq:utils:fs:append",
    description="Adds text to the end of a file, which is made if there is none",
    run=append_file,
    input=closed_object(
        {
            "path": {"type": "string", "description": "The file, in the workspace"},
            "content": {"type": "string", "description": "What is added, as it is: with a line break if it has one"},
        },
        ["path", "content"],
    ),
    output=PATH_OUTPUT,
    examples=EXAMPLES,
    supports_dry_run=True,
)
