"""A tool: what agents are told of it, and the function that does its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import jsonschema_rs

from common.errors import InputError
from mcp_actions.caller import Caller

Schema: TypeAlias = dict[str, Any]
Input: TypeAlias = Mapping[str, Any]
Output: TypeAlias = dict[str, Any]

LONGEST_FAULT = 500


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a call may do to the world; Backstage's names of them are in ``as_json``."""

    is_read_only: bool = False
    is_destructive: bool = False
    is_idempotent: bool = False

    def as_json(self) -> dict[str, bool]:
        return {
            "readOnly": self.is_read_only,
            "destructive": self.is_destructive,
            "idempotent": self.is_idempotent,
        }


READS = Attributes(is_read_only=True, is_idempotent=True)


def _everybody(_: Caller) -> bool:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Tool:
    """
    An action of Backstage's actions registry. ``input`` is its JSON Schema, whose ``numbers`` may come as texts too.

    ``is_visible`` says to whom it is there at all; whether he may do what it does is asked when it does it.
    """

    plugin: str
    name: str
    title: str
    description: str
    input: Schema
    attributes: Attributes
    run: Callable[[Caller, Input], Output]
    numbers: tuple[str, ...] = ()
    is_visible: Callable[[Caller], bool] = _everybody

    @property
    def id(self) -> str:
        return f"{self.plugin}:{self.name}"

    def call(self, caller: Caller, given: Input) -> Output:
        """Raises InputError for an input that does not fit, and the CallboardError that the work ends in."""
        taken = {key: _to_number(value) if key in self.numbers else value for key, value in given.items()}
        if fault := _find_fault(self, taken):
            raise InputError(f'Invalid input to action "{self.id}": {fault}')
        return self.run(caller, taken)


def _to_number(value: Any) -> Any:
    """Agents like to write numbers as texts."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16 else value


def _find_fault(tool: Tool, given: Input) -> str | None:
    for error in _validator_of(tool).iter_errors(given):
        where = "/".join(map(str, error.instance_path)) or "the input"
        return f"{where}: {error.message}"[:LONGEST_FAULT]
    return None


@lru_cache(maxsize=64)
def _validator_of(tool: Tool) -> Any:
    return jsonschema_rs.validator_for(tool.input)


def takes(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """The schema of an object of these properties and no others."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def whole_number(description: str, **more: Any) -> Schema:
    return {"type": "integer", "description": description, **more}
