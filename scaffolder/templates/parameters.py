"""Whether what a user gave is what the template asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaffolder.templates.json_schema import schema_errors
from scaffolder.templates.parameter_schema import parameter_sections


def find_value_errors(values: Mapping[str, Any], template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    What is wrong with the values, in the API's form: that of the first page of the form with faults.

    Raises InputError if the template's schema is none, or cannot be checked within bounds.
    """
    for section in parameter_sections(template):
        if errors := schema_errors(values, section):
            return errors
    return []


def find_secret_errors(secrets: Mapping[str, Any], template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same for secrets, by ``spec.secrets.schema``. Their values appear nowhere."""
    schema = (template["spec"].get("secrets") or {}).get("schema")
    if not schema:
        return []
    return [_about_secrets(error) for error in schema_errors(secrets, schema, hides_values=True)]


def _about_secrets(error: dict[str, Any]) -> dict[str, Any]:
    located = "secrets" + error["property"].removeprefix("instance")
    is_missing = error["name"] == "required" and "argument" in error
    message = f"secrets.{error['argument']} is required" if is_missing else f"{located} {error['message']}"
    return {**error, "property": located, "message": message, "instance": {}}
