"""The secrets that a task needs anew before it can be run again: those of its first run are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from catalog.entity_ref import EntityRef
from common.errors import InputError, NotFoundError
from portal.form.field import Field, secrets_of, walk_all
from portal.form.schema import pointer_to, record
from portal.form.typed import SECRET, Typed
from portal.template_form import TemplateForm
from scaffolder.models import Task
from scaffolder.templates.parameters import find_secret_errors


def find_template_of(request: HttpRequest, task: Task) -> TemplateForm | None:
    """As it is now; None if it is not in the catalog any more. One query."""
    try:
        return TemplateForm.find(request, EntityRef.parse(task.template_ref))
    except (InputError, NotFoundError):
        return None


def wanted_secrets(template: TemplateForm | None, spec: Mapping[str, Any], typed: Typed) -> tuple[Field, ...]:
    """A field for each secret that the template asks for."""
    if template is None:
        return ()
    form = template.fill(Typed(), record(spec.get("parameters")))
    found = {field.secret: field for page in form.pages for field in walk_all(page.fields) if field.secret}
    return tuple(_asked_again(field, typed) for field in found.values())


def _asked_again(field: Field, typed: Typed) -> Field:
    name = pointer_to(SECRET, field.secret)
    return replace(field, name=name, content=typed.last(name) if name in typed else "", has_autofocus=False)


def explain_missing(template: TemplateForm | None, fields: tuple[Field, ...]) -> str:
    """What keeps the task from being run with these secrets; nothing if nothing does."""
    if missing := [field.label for field in fields if field.is_required and not field.content]:
        return f"Please fill in: {', '.join(missing)}."
    errors = find_secret_errors(secrets_of(fields), template.entity) if template else []
    return "; ".join(error["message"] for error in errors)
