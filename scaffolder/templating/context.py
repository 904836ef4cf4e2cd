"""The values that a template is rendered with, prepared once for many renders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

from scaffolder.templating.errors import Fault, TemplateRenderError, error_of
from scaffolder.templating.transfer import Importer
from scaffolder.templating.utf16 import to_units
from scaffolder.templating.values import Value, ordered_record

Path = Sequence[str]


class Context:
    """
    Values in the form that templates work with. It never changes; ``with_value`` makes another.

    ``holds_secrets`` says whether a text in it is marked as secret, and renders have to watch where it goes.
    """

    __slots__ = ("holds_secrets", "values")

    def __init__(self, values: dict[str, Value], *, holds_secrets: bool) -> None:
        self.values = values
        self.holds_secrets = holds_secrets

    @classmethod
    def prepare(cls, values: Mapping[str, Any], *, secret_paths: Collection[Path] = ()) -> Self:
        """
        Copy plain data, as from JSON. Texts below a secret path are marked as secret.

        Raises TemplateRenderError for what a template cannot hold: other types, reserved keys, cycles, too much.
        """
        importer = Importer()
        context = cls(imported(importer, values), holds_secrets=importer.holds_secrets)
        for path in secret_paths:
            value = at_path(values, path)
            if value is not None:
                context = context.with_value(path, value, secret=True)
        return context

    def with_value(self, path: Path, value: Any, *, secret: bool = False) -> Self:
        """The same values but for the one at this path; records on the way to it are made if they are missing."""
        importer = Importer(secret=secret)
        copied = imported(importer, value)
        values = replaced(self.values, [to_units(name) for name in path], copied)
        return type(self)(values, holds_secrets=self.holds_secrets or importer.holds_secrets)


def imported(importer: Importer, value: Any) -> Any:
    try:
        return importer.copy(value)
    except Fault as fault:
        raise error_of(fault, "") from fault


def at_path(values: Mapping[str, Any], path: Path) -> Any:
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def replaced(values: dict[str, Value], path: list[str], value: Value) -> dict[str, Value]:
    name, *rest = path
    if rest:
        child = values.get(name, {})
        if not isinstance(child, dict):
            raise TemplateRenderError(f"Prepared context path {name} is not a record")
        value = replaced(child, rest, value)
    return ordered_record({**values, name: value})
