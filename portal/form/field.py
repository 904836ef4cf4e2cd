"""One field of a form: how it looks, what is in it, and the JSON that this means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from portal.form.schema import Json

Widget = Literal[
    "text",
    "textarea",
    "password",
    "select",
    "radio",
    "checkbox",
    "checkboxes",
    "hidden",
    "group",
    "list",
    "repository",
]


class Missing:
    """What a field means that nothing was filled into. JSON has no word for it, ``null`` is another thing."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is sent, what is read, the JSON that it means."""

    value: str
    label: str
    meaning: Json = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """
    ``name`` is the JSON pointer of the value within the parameters, ``key`` its last part. ``content`` is what was
    typed, ``value`` what it means, or MISSING. ``parts`` are the fields within a group, the items of a list, the
    pieces of a repository's address. ``suggestions`` are offered beside free text.
    """

    name: str
    key: str
    widget: Widget
    label: str
    help: str = ""
    hint: str = ""
    placeholder: str = ""
    input_type: str = "text"
    input_mode: str = ""
    rows: int = 0
    is_required: bool = False
    is_readonly: bool = False
    has_autofocus: bool = False
    content: str = ""
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[Choice, ...] = ()
    # Which entities are worth a suggestion; None: none are.
    lookup: list[Json] | None = None
    value: Json | Missing = MISSING
    parts: tuple[Field, ...] = ()
    # The schema does not say that it is required, or not in a way that leads to this input.
    is_own_check: bool = False
    is_entity_name: bool = False
    can_add: bool = True
    can_remove: bool = True
    # The name under which its content is a secret, and no value.
    secret: str = ""
    is_shown_in_review: bool = True
    mask: str = ""
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """For labels and addresses within the page: a name has signs that these cannot hold."""
        return "field" + re.sub(r"[^A-Za-z0-9]", lambda sign: f"-{ord(sign[0]):x}-", self.name)

    @property
    def has_notes(self) -> bool:
        return bool(self.errors or self.help or self.hint)

    def walk(self) -> Iterator[Field]:
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def own_names(self) -> list[str]:
        """What its inputs are called; a group has none, a list has one for how long it is."""
        return [] if self.widget in ("group", "repository") else [self.name]


def walk_all(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield from field.walk()


def values_of(fields: Iterable[Field]) -> dict[str, Json]:
    """The JSON object that these fields mean together."""
    return {field.key: field.value for field in fields if not isinstance(field.value, Missing)}


def secrets_of(fields: Iterable[Field]) -> dict[str, str]:
    """By the names under which a template knows them."""
    return {field.secret: field.content for field in walk_all(fields) if field.secret and field.content}


def with_focus(fields: Iterable[Field], name: str) -> tuple[Field, ...]:
    """The same fields, of which that one has the cursor."""
    return tuple(
        replace(field, has_autofocus=field.name == name, parts=with_focus(field.parts, name)) for field in fields
    )


def with_errors(fields: Iterable[Field], errors: Mapping[str, Iterable[str]]) -> tuple[Field, ...]:
    """The same fields, each beside what is wrong with it. ``errors`` are by name."""
    return tuple(
        replace(field, errors=tuple(errors.get(field.name, ())), parts=with_errors(field.parts, errors))
        for field in fields
    )
