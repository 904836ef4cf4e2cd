"""
What is wrong with what was typed, in plain words, each beside its field. Pure.

Faults come from the check that the API does, in the words of Backstage's answers; a few that it leaves to the form are
found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.form.field import Field, walk_all
from portal.form.filled import FilledForm, FormPage
from portal.form.meaning import content_of
from portal.form.schema import Json, pointer_to, sequence, text

Error = Mapping[str, Json]

ENTITY_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
FILL_IN = {
    "select": "Choose one.",
    "radio": "Choose one.",
    "checkboxes": "Choose at least one.",
    "checkbox": "Tick this.",
}
TYPES = {
    "number": "a number",
    "integer": "a whole number",
    "string": "a text",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a record",
}
# By the keyword of the schema; {} is what the keyword asks for.
WORDS = {
    "maxLength": "Use at most {} characters.",
    "minLength": "Use at least {} characters.",
    "minimum": "Use {} or more.",
    "maximum": "Use {} or less.",
    "exclusiveMinimum": "Use more than {}.",
    "exclusiveMaximum": "Use less than {}.",
    "multipleOf": "Use a multiple of {}.",
    "pattern": "This does not fit the pattern {}",
    "format": "This is not written as a {} is.",
    "minItems": "Give at least {}.",
    "maxItems": "Give at most {}.",
    "uniqueItems": "Give each only once.",
    "enum": "Choose one of those that are offered.",
    "const": "This has to be {}.",
}


@dataclass(slots=True)
class Faults:
    """``by_name``: of a field; ``elsewhere``: of what has none."""

    by_name: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.by_name or self.elsewhere)

    def add(self, name: str, message: str) -> None:
        messages = self.by_name.setdefault(name, [])
        if message not in messages:
            messages.append(message)

    def of_page(self, page: FormPage) -> Faults:
        """Those beside the fields of one page."""
        names = {found.name for found in walk_all(page.fields)}
        return Faults({name: messages for name, messages in self.by_name.items() if name in names})


def place_faults(errors: Iterable[Error], form: FilledForm, *, of_secrets: Iterable[Error] = ()) -> Faults:
    """Errors are what the API answers: ``path``, ``name`` (the keyword), ``argument``, ``message``."""
    fields = {found.name: found for page in form.pages for found in walk_all(page.fields)}
    secrets = {pointer_to("", found.secret): found for found in fields.values() if found.secret}
    faults = Faults()
    for known, found in ((fields, errors), (secrets, of_secrets)):
        for error in found:
            _place(error, known, faults)
    _add_own(faults, fields.values())
    return faults


def _place(error: Error, fields: Mapping[str, Field], faults: Faults) -> None:
    path = sequence(error.get("path"))
    if error.get("name") == "required":
        path = [*path, text(error.get("argument"))]
    place, below = _nearest(path, fields)
    if place is None:
        faults.elsewhere.append(text(error.get("message")))
    else:
        faults.add(place.name, _at(below) + _words(error, place if not below else None))


def _nearest(path: Sequence[Json], fields: Mapping[str, Field]) -> tuple[Field | None, Sequence[Json]]:
    """The field at the path or above it, and the rest of the path."""
    for length in range(len(path), 0, -1):
        name = ""
        for part in path[:length]:
            name = pointer_to(name, part)
        if name in fields:
            return fields[name], path[length:]
    return None, path


def _at(below: Sequence[Json]) -> str:
    if not below:
        return ""
    first = below[0]
    return f"Line {first + 1}: " if isinstance(first, int) else f"At {'.'.join(map(str, below))}: "


def _words(error: Error, place: Field | None) -> str:
    keyword, argument = text(error.get("name")), error.get("argument")
    if keyword == "required":
        return FILL_IN.get(place.widget if place else "", "Fill this in.")
    if keyword == "type":
        names = argument if isinstance(argument, list) else [argument]
        return f"This has to be {' or '.join(TYPES.get(content_of(name), content_of(name)) for name in names)}."
    if keyword in WORDS:
        return WORDS[keyword].format(content_of(argument))
    return f"This {text(error.get('message')) or 'does not fit'}."


def _add_own(faults: Faults, fields: Iterable[Field]) -> None:
    for found in fields:
        if found.widget == "repository":
            # Told where the pieces are.
            faults.by_name.pop(found.name, None)
        if found.is_entity_name and found.content and not ENTITY_NAME.fullmatch(found.content):
            faults.add(found.name, "Use letters and digits, with - _ . between them; at most 63 characters.")
        if found.is_own_check and found.is_required and not found.content.strip():
            faults.add(found.name, FILL_IN.get(found.widget, "Fill this in."))
