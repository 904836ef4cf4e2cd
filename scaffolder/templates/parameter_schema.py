"""The form that a template's user fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNTITLED = "Please enter the following information"


def parameter_sections(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``spec.parameters`` is one schema or a list of them, one for each page of the form."""
    parameters = template["spec"].get("parameters")
    if parameters is None:
        return []
    return parameters if isinstance(parameters, list) else [parameters]


def parameter_schema(template: Mapping[str, Any]) -> dict[str, Any]:
    """As ``GET .../parameter-schema`` answers; what the template does not say is absent."""
    metadata, spec = template["metadata"], template["spec"]
    decorators = spec.get("formDecorators")
    shown = {
        "title": _or_else(metadata.get("title"), metadata["name"]),
        "presentation": spec.get("presentation") or None,
        "description": metadata.get("description"),
        "ui:options": metadata.get("ui:options"),
        "steps": [_page(schema) for schema in parameter_sections(template)],
        "formDecorators": _or_else(decorators, spec.get("EXPERIMENTAL_formDecorators")),
    }
    return {key: value for key, value in shown.items() if value is not None}


def _page(schema: Mapping[str, Any]) -> dict[str, Any]:
    page: dict[str, Any] = {"title": _or_else(schema.get("title"), UNTITLED)}
    if "description" in schema:
        page["description"] = schema["description"]
    return {**page, "schema": schema}


def _or_else(value: Any, default: Any) -> Any:
    return default if value is None else value
