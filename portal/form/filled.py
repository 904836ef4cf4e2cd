"""
A template's form with what was typed into it: pages of fields, and the values and secrets that these mean. Pure.

Which fields there are can depend on values, of this page and of those before it; so a page is built again until it
stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.form.build import Builder
from portal.form.conditions import Conditions, Patience
from portal.form.field import Field, secrets_of, values_of, walk_all
from portal.form.schema import Json, Schema, record, text
from portal.form.typed import Typed

MAX_PAGES = 30
MAX_ROUNDS = 6
SECRETS_TITLE = "Secrets"
SECRETS_HELP = "They are kept encrypted until the task has ended, and shown to nobody."


@dataclass(frozen=True, slots=True)
class FormPage:
    """``schema`` has no conditions any more: they are decided."""

    title: str
    help: str
    fields: tuple[Field, ...]
    schema: Schema = field(default_factory=dict)

    def names(self) -> Iterator[str]:
        """What its inputs are called."""
        return (name for found in walk_all(self.fields) for name in found.own_names)


@dataclass(frozen=True, slots=True)
class FilledForm:
    pages: tuple[FormPage, ...]
    values: dict[str, Json]
    secrets: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormRequest:
    """
    ``steps`` are the pages as the API names them (``title``, ``description``, ``schema``); ``given`` stands in for
    defaults; ``hosts`` are code hosts to choose from with their types; ``secrets`` the schema of the secrets.
    """

    steps: Sequence[Mapping[str, Any]]
    typed: Typed = field(default_factory=Typed)
    given: Mapping[str, Json] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    secrets: Schema = field(default_factory=dict)


def fill_form(request: FormRequest) -> FilledForm:
    """Never fails, whatever the schema: what makes no sense has no field."""
    values: dict[str, Json] = {}
    pages = []
    patience = Patience()
    for step in request.steps[:MAX_PAGES]:
        schema = record(step.get("schema"))
        conditions = Conditions(schema, patience)
        fields = _settle(conditions, schema, values, request)
        values |= values_of(fields)
        decided = conditions.apply_deep(schema, values)
        pages.append(FormPage(text(step.get("title")), text(step.get("description")), fields, decided))
    pages += _secrets_page(pages, patience, request)
    every = [found for page in pages for found in page.fields]
    return FilledForm(tuple(pages), values, secrets_of(every))


def _settle(
    conditions: Conditions, schema: Schema, before: Mapping[str, Json], request: FormRequest
) -> tuple[Field, ...]:
    known: dict[str, Json] = dict(before)
    for _ in range(MAX_ROUNDS):
        builder = Builder(conditions, request.typed, request.hosts)
        fields = builder.fields_of(schema, parent="", given=dict(request.given), previous=known)
        found = {**before, **values_of(fields)}
        if found == known:
            break
        known = found
    return fields


def _secrets_page(pages: Sequence[FormPage], patience: Patience, request: FormRequest) -> list[FormPage]:
    taken = {found.secret for page in pages for found in walk_all(page.fields) if found.secret}
    builder = Builder(Conditions(request.secrets, patience), request.typed, {})
    fields = builder.secret_fields(request.secrets, taken)
    return [FormPage(SECRETS_TITLE, SECRETS_HELP, fields)] if fields else []
