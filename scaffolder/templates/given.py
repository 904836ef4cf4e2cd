"""Templates that somebody sent, and nobody has ingested."""

from __future__ import annotations

from typing import Any

from catalog.kinds.model import KindModel, kind_model
from catalog.kinds.validate import ENTITY_CHECK, describe_faults, validate_envelope
from common.errors import InputError
from scaffolder.templates.find import API_VERSION


def check_given_template(template: Any) -> dict[str, Any]:
    """
    The template itself. Raises InputError that says what is wrong with it.

    Its name may be none that the catalog would take: who still edits it wants to see it run.
    """
    validate_envelope(template)
    model = kind_model(template)
    if template["kind"] != "Template" or template["apiVersion"] != API_VERSION or model is None:
        raise InputError("Input template is not a template")
    if not ENTITY_CHECK.is_valid(template) or not model.check.is_valid(template):
        raise InputError(describe_faults(template) or _placeholder_faults(model, template))
    return template  # type: ignore[no-any-return]


def _placeholder_faults(model: KindModel, template: dict[str, Any]) -> str:
    """Where nothing else is wrong: what the catalog would replace by another file's content stays as it is here."""
    found = "; also ".join(str(fault) for fault in model.check.find_faults(template))
    return f"{found} (placeholders such as $yaml are resolved only in the catalog; put the content in their place)"
