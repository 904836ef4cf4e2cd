"""Where in the YAML text a value stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scaffolder.actions.yaml_text.folding import Fold
from scaffolder.actions.yaml_text.options import YamlOptions


@dataclass(frozen=True, slots=True)
class Place:
    """
    ``indent`` stands before each further line. ``is_key``: the text is a key without a question mark.

    ``start`` is the length of the key and colon before it. ``is_flow`` is None where each collection decides.
    """

    options: YamlOptions
    indent: str = ""
    is_flow: bool | None = None
    is_key: bool = False
    start: int | None = None

    @property
    def step(self) -> str:
        return " " * self.options.indent

    def at(self, indent: str) -> Place:
        """The same for a value elsewhere, which is no key."""
        return replace(self, indent=indent, is_key=False, start=None)

    def fold(self, indent: str, start: int | None) -> Fold:
        return Fold(indent, self.options.line_width, self.options.min_content_width, start)
