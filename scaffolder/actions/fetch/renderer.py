"""Rendering texts with the values of a step's input."""

from __future__ import annotations

import json
from typing import Any

from scaffolder.actions.action import ActionContext
from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.lexer import OPENINGS
from scaffolder.templating.render import RenderOptions, render

FIRST_SURROGATE, LAST_SURROGATE = "\ud800", "\udfff"


class Renderer:
    """The values are prepared once, for all texts of a step."""

    def __init__(self, context: ActionContext) -> None:
        """Raises TemplateRenderError for values that a template cannot hold."""
        given = context.input
        is_cookiecutter = bool(given.get("cookiecutterCompat"))
        self._options = RenderOptions(
            filters=default_filters(lambda host: _type_of(context, host)),
            cookiecutter=is_cookiecutter,
            trim_blocks=bool(given.get("trimBlocks")),
            lstrip_blocks=bool(given.get("lstripBlocks")),
        )
        self._opening = OPENINGS[self._options.syntax.variable_start]
        values = given.get("values")
        name = "cookiecutter" if is_cookiecutter else "values"
        self._context = Context.prepare({} if values is None else {name: values})

    def render(self, text: str) -> str:
        """Raises TemplateRenderError."""
        if not self._opening.search(text):
            return text
        return _without_halves(render(text, self._context, options=self._options))

    def render_bytes(self, data: bytes) -> bytes:
        """UTF-8 in and out. What is none becomes U+FFFD, as in JavaScript."""
        return self.render(data.decode("utf-8", "replace")).encode()


def shown_values(context: ActionContext) -> str:
    """The values at the end of a line of the log; nothing if there are none."""
    values = context.input.get("values")
    if not values:
        return ""
    return " " + json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _without_halves(text: str) -> str:
    """Half characters, which a template can cut out of whole ones, have no bytes."""
    if text.isascii() or not any(FIRST_SURROGATE <= character <= LAST_SURROGATE for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _type_of(context: ActionContext, host: str) -> str | None:
    integration: Any = context.tools.integrations.by_host(host)
    return integration.type if integration else None
