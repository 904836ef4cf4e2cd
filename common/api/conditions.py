"""
The doors that each plugin with permissions has: what its permissions and rules are, and whether conditions hold.

The latter is for services alone: a user could find out by it what a resource holds that he may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from common.api import zod
from common.errors import AuthenticationError, InputError, NotAllowedError
from common.identity import Identity
from common.permissions import ALLOW, DENY, Criteria, Every, ParamValue, Permission, Rule, RuleDefinition, Some, Unless

METADATA_ROUTE = ".well-known/backstage/permissions/metadata"
APPLY_ROUTE = ".well-known/backstage/permissions/apply-conditions"
MAX_ITEMS = 1_000
MAX_REFS = 10_000
MAX_NODES = 10_000
MAX_DEPTH = 50

REQUEST = zod.record(
    {
        "items": zod.array(
            zod.record(
                {
                    "id": zod.text,
                    "resourceRef": zod.union(zod.text, zod.array(zod.text, at_least=1)),
                    "resourceType": zod.text,
                    "conditions": zod.record({}),
                }
            ),
            at_most=MAX_ITEMS,
        )
    }
)
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
}

# Whether criteria are true of each of some resources, by their refs.
Judge = Callable[[Criteria, list[str]], list[bool]]


def describe_permission(permission: Permission) -> dict[str, Any]:
    attributes = {"action": permission.action} if permission.action else {}
    if permission.resource_type is None:
        return {"type": "basic", "name": permission.name, "attributes": attributes}
    return {
        "type": "resource",
        "name": permission.name,
        "attributes": attributes,
        "resourceType": permission.resource_type,
    }


def describe(permissions: Iterable[Permission], rules: Iterable[RuleDefinition]) -> dict[str, Any]:
    """The answer about a plugin's permissions and rules."""
    return {
        "permissions": [describe_permission(permission) for permission in permissions],
        "rules": [_describe_rule(rule) for rule in rules],
    }


def _describe_rule(rule: RuleDefinition) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": rule.params,
        "required": [name for name in rule.params if name not in rule.optional],
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    }
    return {
        "name": rule.name,
        "description": rule.description,
        "resourceType": rule.resource_type,
        "paramsSchema": schema,
    }


@dataclass(frozen=True, slots=True)
class Asked:
    id: str
    resource_type: str
    refs: list[str]
    is_list: bool
    conditions: Mapping[str, Any]


def ensure_service(identity: Identity) -> None:
    """Raises AuthenticationError, NotAllowedError."""
    if identity.kind == "none":
        raise AuthenticationError("Missing credentials")
    if identity.kind != "service":
        raise NotAllowedError("Only services may ask whether conditions hold")


def apply_conditions(body: Any, rules: Iterable[RuleDefinition], judges: Mapping[str, Judge | None]) -> dict[str, Any]:
    """
    The answer to a body of items. ``judges`` by resource type; None for one whose resources have no refs.

    Raises InputError.
    """
    zod.ensure_shape(body, REQUEST)
    asked = [_read_item(item) for item in body["items"]]
    if unknown := [item.resource_type for item in asked if item.resource_type not in judges]:
        raise InputError(f"Unexpected resource types: {', '.join(unknown)}.")
    if sum(len(item.refs) for item in asked) > MAX_REFS:
        raise InputError(f"Too many resourceRefs, at most {MAX_REFS} are allowed")
    by_key = {(rule.resource_type, rule.name): rule for rule in rules}
    return {"items": [_apply(item, by_key, judges[item.resource_type]) for item in asked]}


def _read_item(item: Mapping[str, Any]) -> Asked:
    refs = item["resourceRef"]
    is_list = isinstance(refs, list)
    return Asked(item["id"], item["resourceType"], refs if is_list else [refs], is_list, item["conditions"])


def _apply(item: Asked, rules: Mapping[tuple[str, str], RuleDefinition], judge: Judge | None) -> dict[str, Any]:
    if judge is None:
        raise InputError(
            "This plugin does not expose any permission rule or can't evaluate the conditions request for"
            f" {item.resource_type}"
        )
    criteria = CriteriaReader(item.resource_type, rules).read(item.conditions)
    results = [ALLOW if is_true else DENY for is_true in judge(criteria, item.refs)]
    return {"id": item.id, "result": results if item.is_list else results[0]}


class CriteriaReader:
    """Reads conditions of one resource type, bounded. Raises InputError."""

    def __init__(self, resource_type: str, rules: Mapping[tuple[str, str], RuleDefinition]) -> None:
        self._resource_type = resource_type
        self._rules = rules
        self._room = MAX_NODES

    def read(self, conditions: Any, depth: int = 0) -> Criteria:
        self._room -= 1
        if depth > MAX_DEPTH or self._room < 0:
            raise InputError(f"Too many conditions: at most {MAX_NODES}, nested at most {MAX_DEPTH} deep, are allowed")
        if isinstance(conditions, Mapping):
            for key, kind in (("anyOf", Some), ("allOf", Every)):
                if key in conditions:
                    return kind(self._read_all(conditions[key], key, depth))
            if "not" in conditions:
                return Unless(self.read(conditions["not"], depth + 1))
            if isinstance(conditions.get("rule"), str) and isinstance(conditions.get("resourceType"), str):
                return self._read_rule(conditions["rule"], conditions.get("params", {}))
        raise InputError(
            "Conditions are { anyOf: [...] }, { allOf: [...] }, { not: ... } or { rule, resourceType, params }"
        )

    def _read_all(self, parts: Any, key: str, depth: int) -> tuple[Criteria, ...]:
        if not isinstance(parts, list) or not parts:
            raise InputError(f"The '{key}' of conditions must be a list of at least one")
        return tuple(self.read(part, depth + 1) for part in parts)

    def _read_rule(self, name: str, params: Any) -> Rule:
        rule = self._rules.get((self._resource_type, name))
        if rule is None:
            raise InputError(f"Permission rule '{name}' does not exist for resource type '{self._resource_type}'")
        required = {key for key in rule.params if key not in rule.optional}
        if not isinstance(params, Mapping) or not required <= set(params) <= set(rule.params):
            raise InputError("Parameters to rule are invalid")
        if not all(TYPES[rule.params[key]["type"]](value) for key, value in params.items()):
            raise InputError("Parameters to rule are invalid")
        return Rule(name, tuple((key, _freeze(value)) for key, value in params.items()))


def _freeze(value: Any) -> ParamValue:
    return tuple(value) if isinstance(value, list) else value
