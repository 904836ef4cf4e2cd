"""Rendering one file."""

from __future__ import annotations

from collections.abc import Callable

from scaffolder.actions.action import ActionContext
from scaffolder.actions.fetch.renderer import Renderer, shown_values
from scaffolder.actions.fetch.writing import Output


def render_file(context: ActionContext, read: Callable[[], bytes]) -> None:
    """``read`` is only called if there is something to do. Raises TemplateRenderError, NotAllowedError, InputError."""
    given = context.input
    output = Output(context, "")
    target = output.path_of(given["targetPath"])
    if context.workspace.exists(target) and not given.get("replace"):
        context.log.info(f"File {given['targetPath']} already exists in workspace, not replacing.")
        return
    data = read()
    context.log.info(f"Processing template file with input values{shown_values(context)}")
    output.write(target, Renderer(context).render_bytes(data), is_executable=False)
    context.log.info(f"Template file has been written to {context.workspace.root / target}")
