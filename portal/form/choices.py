"""The values that a schema allows one by one: ``enum`` with names, or ``oneOf`` of constants with titles. Pure."""

from __future__ import annotations

from portal.form.field import Choice
from portal.form.meaning import content_of
from portal.form.schema import Json, Schema, record, sequence, text, type_of, ui_option

MAX_CHOICES = 1_000
YES_OR_NO = (("true", "Yes", True), ("false", "No", False))


def list_choices(schema: Schema) -> tuple[Choice, ...]:
    """Empty if anything is allowed. Values of which inputs cannot tell one from the other are one choice."""
    choices: dict[str, Choice] = {}
    for value, label in [*_enumerated(schema), *_constants(schema)][:MAX_CHOICES]:
        content = content_of(value)
        choices.setdefault(content, Choice(content, label or content, value))
    choices.pop("", None)
    return tuple(choices.values()) or _yes_or_no(schema)


def _enumerated(schema: Schema) -> list[tuple[Json, str]]:
    values = sequence(schema.get("enum"))
    names = ui_option(schema, "enumNames") or schema.get("enumNames")
    names = [text(name) for name in sequence(names)]
    return list(zip(values, names + [""] * len(values), strict=False))


def _constants(schema: Schema) -> list[tuple[Json, str]]:
    options = [record(option) for name in ("oneOf", "anyOf") for option in sequence(schema.get(name))]
    if not options or not all("const" in option for option in options):
        return []
    return [(option["const"], text(option.get("title"))) for option in options]


def _yes_or_no(schema: Schema) -> tuple[Choice, ...]:
    if type_of(schema) != "boolean" or ui_option(schema, "widget") not in ("radio", "select"):
        return ()
    return tuple(Choice(*choice) for choice in YES_OR_NO)
