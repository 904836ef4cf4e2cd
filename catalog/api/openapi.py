"""The API's description, ``openapi.json``: served to clients, and what every request is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

METHODS = ("get", "post", "put", "delete")

_FILE = Path(__file__).with_name("openapi.json")


@dataclass(frozen=True, slots=True)
class QueryParameter:
    name: str
    schema: Mapping[str, Any]
    is_required: bool
    takes_commas: bool  # "a,b" is two values


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    query: tuple[QueryParameter, ...]
    body: Mapping[str, Any] | None
    needs_body: bool


@cache
def read_document() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(_FILE.read_bytes())
    return document


@cache
def get_operation(operation_id: str) -> Operation:
    """Raises KeyError if the document has no such operation: a mistake in a view, not in a request."""
    for path in read_document()["paths"].values():
        for method in METHODS:
            if path.get(method, {}).get("operationId") == operation_id:
                return _build_operation(path[method])
    raise KeyError(operation_id)


def resolve(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a ``$ref`` points to; anything else as it is."""
    while "$ref" in node:
        _, kind, name = node["$ref"].removeprefix("#/").split("/")
        node = read_document()["components"][kind][name]
    return node


def _build_operation(node: Mapping[str, Any]) -> Operation:
    parameters = [resolve(parameter) for parameter in node.get("parameters", ())]
    body = node.get("requestBody")
    return Operation(
        id=node["operationId"],
        query=tuple(_build_parameter(parameter) for parameter in parameters if parameter["in"] == "query"),
        body=body["content"]["application/json"]["schema"] if body else None,
        needs_body=bool(body and body["required"]),
    )


def _build_parameter(node: Mapping[str, Any]) -> QueryParameter:
    return QueryParameter(
        name=node["name"],
        schema=node["schema"],
        is_required=node.get("required", False),
        takes_commas=node["schema"]["type"] == "array" and not node.get("explode", True),
    )
