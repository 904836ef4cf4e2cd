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

from catalog.api.openapi import METHODS, resolve

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


def render_page(document: Mapping[str, Any], *, prefix: str) -> str:
    template = Engine(dirs=[str(_FOLDER)]).get_template("openapi_page.html")
    groups = [
        {"tag": tag, "operations": _operations_of(document, tag["name"], prefix=prefix)} for tag in document["tags"]
    ]
    return template.render(Context({"info": document["info"], "groups": groups, "prefix": prefix}))


def _operations_of(document: Mapping[str, Any], tag: str, *, prefix: str) -> list[ShownOperation]:
    return [
        _show(method, prefix + path, operations[method])
        for path, operations in document["paths"].items()
        for method in METHODS
        if method in operations and tag in operations[method]["tags"]
    ]


def _show(method: str, path: str, operation: Mapping[str, Any]) -> ShownOperation:
    return ShownOperation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=_with_code(operation.get("description", "")),
        parameters=[_show_parameter(resolve(parameter)) for parameter in operation.get("parameters", ())],
        body=_show_body(operation.get("requestBody")),
        responses=_show_responses(operation["responses"]),
    )


def _show_responses(responses: Mapping[str, Any]) -> list[dict[str, str]]:
    """Without those that the last one, for any other status, describes as well."""
    described = {status: resolve(response)["description"] for status, response in responses.items()}
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


def _show_body(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    return orjson.dumps(_sketch(body["content"]["application/json"]["schema"]), option=orjson.OPT_INDENT_2).decode()


def _sketch(schema: Mapping[str, Any]) -> Any:
    """A body of that schema with the types in place of the values; a name that may be missing ends in ``?``."""
    schema = resolve(schema)
    if schema["type"] == "array":
        return [_sketch(schema["items"])]
    if schema["type"] == "object":
        required = schema.get("required", ())
        return {
            name if name in required else f"{name}?": _sketch(part)
            for name, part in schema.get("properties", {}).items()
        }
    return " | ".join(schema["enum"]) if "enum" in schema else schema["type"]


def _with_code(text: str) -> SafeString:
    """Escaped, then what stands between backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped in the same line
