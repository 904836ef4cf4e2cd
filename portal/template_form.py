"""A template as its form needs it: pages of questions, how they are checked, what its buttons are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest

from catalog.entity_ref import EntityRef, entity_ref_of
from common.errors import InputError
from portal.code_hosts import code_hosts
from portal.form.faults import Faults, place_faults
from portal.form.filled import FilledForm, FormRequest, fill_form
from portal.form.schema import FEATURE_FLAG, Json, Schema, record, text
from portal.form.typed import Typed
from scaffolder.api.access import find_shown_template
from scaffolder.templates.json_schema import schema_errors
from scaffolder.templates.parameter_schema import parameter_sections
from scaffolder.templates.parameters import find_secret_errors, find_value_errors


@dataclass(frozen=True, slots=True)
class Labels:
    """What the author calls the buttons."""

    back: str
    review: str
    create: str


@dataclass(frozen=True, slots=True)
class TemplateForm:
    ref: EntityRef
    entity: dict[str, Any]

    @classmethod
    def find(cls, request: HttpRequest, ref: EntityRef) -> Self:
        """
        As the caller may see it. One query.

        Raises NotFoundError; InputError for a template of a version that cannot be run.
        """
        entity = find_shown_template(request, ref)
        return cls(EntityRef.parse(entity_ref_of(entity)), entity)

    @property
    def spec(self) -> dict[str, Json]:
        return record(self.entity.get("spec"))

    @property
    def title(self) -> str:
        metadata = self.entity["metadata"]
        return text(metadata.get("title")) or str(metadata["name"])

    @property
    def description(self) -> str:
        return text(self.entity["metadata"].get("description"))

    @property
    def labels(self) -> Labels:
        named = record(record(self.spec.get("presentation")).get("buttonLabels"))
        return Labels(
            back=text(named.get("backButtonText")) or "Back",
            review=text(named.get("reviewButtonText")) or "Review",
            create=text(named.get("createButtonText")) or "Create",
        )

    @property
    def secrets(self) -> Schema:
        return record(record(self.spec.get("secrets")).get("schema"))

    def fill(self, typed: Typed, given: Mapping[str, Json] | None = None) -> FilledForm:
        """``given`` stands in for defaults."""
        sections = [record(section) for section in parameter_sections(self.entity)]
        steps = [
            {
                "title": text(section.get("title")) or self.title,
                "description": section.get("description"),
                "schema": section,
            }
            for section in sections
            if FEATURE_FLAG not in section
        ]
        return fill_form(FormRequest(steps, typed, given or {}, code_hosts(), self.secrets))

    def check(self, form: FilledForm) -> Faults:
        """
        The same check as the API's when it is asked to make a task.

        First by what each page has come to, since a fault within a condition says no more than that it does not hold.
        """
        try:
            errors = [error for page in form.pages for error in schema_errors(form.values, page.schema)]
            if not errors:
                errors = find_value_errors(form.values, self.entity)
            of_secrets = find_secret_errors(form.secrets, self.entity)
        except InputError as error:
            return Faults(elsewhere=[error.message])
        return place_faults(errors, form, of_secrets=of_secrets)
