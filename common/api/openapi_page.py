"""Turns the API's description into a page that needs no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.template import Context, Engine
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.api.openapi import METHODS, ApiDescription

_FOLDER = Path(__file__).parent
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class ShownOperation:
    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: list[dict[str, Any]]
    body: str
    responses: list[dict[str, str]]


def render_page(description: ApiDescription, *, prefix: str) -> str:
    document = description.document
    template = Engine(dirs=[str(_FOLDER)]).get_template("openapi_page.html")
    groups = [
        {"tag": tag, "operations": _operations_of(description, tag["name"], prefix=prefix)} for tag in document["tags"]
    ]
    return template.render(Context({"info": document["info"], "groups": groups, "prefix": prefix}))


def _operations_of(description: ApiDescription, tag: str, *, prefix: str) -> list[ShownOperation]:
    return [
        _show(description, method, prefix + path, operations[method])
        for path, operations in description.document["paths"].items()
        for method in METHODS
        if method in operations and tag in operations[method]["tags"]
    ]


def _show(description: ApiDescription, method: str, path: str, operation: Mapping[str, Any]) -> ShownOperation:
    parameters = [description.resolve(parameter) for parameter in operation.get("parameters", ())]
    return ShownOperation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=_with_code(operation.get("description", "")),
        parameters=[_show_parameter(parameter) for parameter in parameters],
        body=_show_body(description, operation.get("requestBody")),
        responses=_show_responses(description, operation["responses"]),
    )


def _show_responses(description: ApiDescription, responses: Mapping[str, Any]) -> list[dict[str, str]]:
    """Without those that the last one, for any other status, describes as well."""
    described = {status: description.resolve(response)["description"] for status, response in responses.items()}
    other = described.pop("default", None)
    shown = [{"status": status, "description": text} for status, text in described.items() if text != other]
    return [*shown, {"status": "otherwise", "description": other}] if other else shown


def _show_parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    kind = f"{schema['items']['type']}, repeatable" if schema["type"] == "array" else schema["type"]
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "is_required": parameter.get("required", False),
        "kind": " or ".join(schema["enum"]) if "enum" in schema else kind,
        "description": _with_code(parameter["description"]),
    }


def _show_body(description: ApiDescription, body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    sketch = _sketch(description, body["content"]["application/json"]["schema"])
    return orjson.dumps(sketch, option=orjson.OPT_INDENT_2).decode()


def _sketch(description: ApiDescription, schema: Mapping[str, Any]) -> Any:
    """A body of that schema with the types in place of the values; a name that may be missing ends in ``?``."""
    schema = description.resolve(schema)
    if schema["type"] == "array":
        return [_sketch(description, schema["items"])]
    if schema["type"] == "object":
        required = schema.get("required", ())
        return {
            name if name in required else f"{name}?": _sketch(description, part)
            for name, part in schema.get("properties", {}).items()
        }
    return " | ".join(schema["enum"]) if "enum" in schema else schema["type"]


def _with_code(text: str) -> SafeString:
    """Escaped, then what stands between backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped in the same line
