"""The rules that permissions on entities are made of, Backstage's, and what each asks of the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.queries.predicate import AllOf, AnyOf, FirstOf, HasKey, HasValue, Not, Predicate
from common import permissions
from common.permissions import Criteria, Every, Rule, RuleDefinition, Some, Unless

ENTITY = "catalog-entity"


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _named(name: str) -> RuleDefinition:
    params = {
        name: _text(f"Name of the {name} to match on"),
        "value": _text(f"Value of the {name} to match on"),
    }
    return RuleDefinition(
        f"HAS_{name.upper()}", f"Allow entities with the specified {name}", ENTITY, params, optional=("value",)
    )


def _property(part: str) -> RuleDefinition:
    params = {
        "key": _text(f"Property within the entities {part} to match on"),
        "value": _text("Value of the given property to match on"),
    }
    description = f"Allow entities with the specified {part} subfield"
    return RuleDefinition(f"HAS_{part.upper()}", description, ENTITY, params, optional=("value",))


RULES = (
    _named("annotation"),
    _named("label"),
    _property("metadata"),
    _property("spec"),
    RuleDefinition(
        "IS_ENTITY_KIND",
        "Allow entities matching a specified kind",
        ENTITY,
        {"kinds": _texts("List of kinds to match at least one of")},
    ),
    RuleDefinition(
        "IS_ENTITY_OWNER",
        "Allow entities owned by a specified claim",
        ENTITY,
        {"claims": _texts("List of claims to match at least one on within ownedBy")},
    ),
)


def to_predicate(criteria: Criteria) -> Predicate:
    """Raises KeyError for a rule that entities do not have."""
    match criteria:
        case Every(parts):
            return AllOf(tuple(map(to_predicate, parts)))
        case Some(parts):
            return AnyOf(tuple(map(to_predicate, parts)))
        case Unless(part):
            return Not(to_predicate(part))
        case permissions.FirstOf(cases, otherwise):
            return FirstOf(tuple((to_predicate(part), is_match) for part, is_match in cases), otherwise)
        case Rule(name, params):
            return _BUILDERS[name](dict(params))


def _key(key: str, params: Mapping[str, Any]) -> Predicate:
    value = params.get("value")
    return HasKey(key.lower()) if value is None else HasValue(key.lower(), (value.lower(),))


def _values(key: str, values: tuple[str, ...]) -> Predicate:
    return HasValue(key, tuple(value.lower() for value in values))


_BUILDERS = {
    "HAS_ANNOTATION": lambda params: _key(f"metadata.annotations.{params['annotation']}", params),
    "HAS_LABEL": lambda params: _key(f"metadata.labels.{params['label']}", params),
    "HAS_METADATA": lambda params: _key(f"metadata.{params['key']}", params),
    "HAS_SPEC": lambda params: _key(f"spec.{params['key']}", params),
    "IS_ENTITY_KIND": lambda params: _values("kind", params["kinds"]),
    "IS_ENTITY_OWNER": lambda params: _values("relations.ownedby", params["claims"]),
}
