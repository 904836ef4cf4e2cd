"""An API's description, ``openapi.json``: served to clients, and what every request is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

METHODS = ("get", "post", "put", "delete")


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


class ApiDescription:
    """Read from its file once, when it is first asked. ``long_questions`` says who takes more than a query string holds."""

    def __init__(self, file: Path, *, long_questions: str = "") -> None:
        self._file = file
        self.long_questions = long_questions

    @cached_property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = orjson.loads(self._file.read_bytes())
        return document

    def operation(self, operation_id: str) -> Operation:
        """Raises KeyError if the document has no such operation: a mistake in a view, not in a request."""
        return self._operations[operation_id]

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a ``$ref`` points to; anything else as it is."""
        while "$ref" in node:
            _, kind, name = node["$ref"].removeprefix("#/").split("/")
            node = self.document["components"][kind][name]
        return node

    @cached_property
    def _operations(self) -> dict[str, Operation]:
        built = [
            self._build_operation(path[method])
            for path in self.document["paths"].values()
            for method in METHODS
            if method in path
        ]
        return {operation.id: operation for operation in built}

    def _build_operation(self, node: Mapping[str, Any]) -> Operation:
        parameters = [self.resolve(parameter) for parameter in node.get("parameters", ())]
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
