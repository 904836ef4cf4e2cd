"""
The rules that permissions on tasks, actions and parts of templates are made of, Backstage's, and whether they hold.

Each is judged by one function, for lists and for single resources alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from common.permissions import Criteria, Every, FirstOf, Rule, RuleDefinition, Some, Unless

TASK, TEMPLATE, ACTION = "scaffolder-task", "scaffolder-template", "scaffolder-action"


def _property(type_: str) -> RuleDefinition:
    params = {
        "key": {"type": "string", "description": "Property within the action parameters to match on"},
        "value": {"type": type_, "description": "Value of the given property to match on"},
    }
    description = "Allow actions with the specified property"
    return RuleDefinition(f"HAS_{type_.upper()}_PROPERTY", description, ACTION, params, optional=("value",))


RULES = (
    RuleDefinition(
        "HAS_TAG",
        "Match parameters or steps with the given tag",
        TEMPLATE,
        {"tag": {"type": "string", "description": "Name of the tag to match on"}},
    ),
    RuleDefinition(
        "HAS_ACTION_ID",
        "Match actions with the given actionId",
        ACTION,
        {"actionId": {"type": "string", "description": "Name of the actionId to match on"}},
    ),
    _property("boolean"),
    _property("number"),
    _property("string"),
    RuleDefinition(
        "IS_TASK_OWNER",
        "Allows tasks created by certain users to be accessible",
        TASK,
        {
            "createdBy": {
                "type": "array",
                "items": {"type": "string"},
                "description": "List of creator entity refs; only tasks created by these users will be viewable",
            }
        },
    ),
)


# ---------------------------------------------------------------------- tasks


@dataclass(frozen=True, slots=True)
class Creators:
    """The tasks that these users created; or all others. Whatever criteria say of tasks comes down to that."""

    refs: frozenset[str]
    others: bool = False

    def created(self, created_by: str) -> bool:
        return (created_by in self.refs) != self.others

    def to_query(self) -> Q:
        found = Q(created_by__in=self.refs)
        return ~found if self.others else found

    def __or__(self, more: Creators) -> Creators:
        if self.others and more.others:
            return Creators(self.refs & more.refs, others=True)
        if self.others:
            return Creators(self.refs - more.refs, others=True)
        if more.others:
            return Creators(more.refs - self.refs, others=True)
        return Creators(self.refs | more.refs)

    def __invert__(self) -> Creators:
        return Creators(self.refs, others=not self.others)

    def __and__(self, more: Creators) -> Creators:
        return ~(~self | ~more)


NOBODY = Creators(frozenset())
EVERYBODY = Creators(frozenset(), others=True)


def creators_of(criteria: Criteria) -> Creators:
    """Whose tasks satisfy them. Raises KeyError for a rule that tasks do not have."""
    found = NOBODY
    match criteria:
        case Every(parts):
            found = EVERYBODY
            for part in parts:
                found &= creators_of(part)
        case Some(parts):
            for part in parts:
                found |= creators_of(part)
        case Unless(part):
            found = ~creators_of(part)
        case FirstOf(cases, otherwise):
            found = EVERYBODY if otherwise else NOBODY
            for part, is_match in reversed(cases):
                mine = creators_of(part)
                found = mine | found if is_match else ~mine & found
        case Rule("IS_TASK_OWNER", params):
            # A task that nobody in particular created belongs to nobody.
            found = Creators(frozenset(dict(params)["createdBy"]) - {""})  # type: ignore[arg-type]
        case Rule(name, _):
            raise KeyError(name)
    return found


# ---------------------------------------------------------------------- parts of templates


def has_part(criteria: Criteria, part: Mapping[str, Any]) -> bool:
    """Whether they are true of a page of parameters, or of a step. Raises KeyError for a rule that these do not have."""
    given = part.get("backstage:permissions")
    tags = given.get("tags") if isinstance(given, Mapping) else None
    # A single text is meant as a list of one.
    return _has_tags(criteria, tags if isinstance(tags, list) else [tags])


def _has_tags(criteria: Criteria, tags: list[Any]) -> bool:
    match criteria:
        case Every(parts):
            return all(_has_tags(part, tags) for part in parts)
        case Some(parts):
            return any(_has_tags(part, tags) for part in parts)
        case Unless(part):
            return not _has_tags(part, tags)
        case FirstOf(cases, otherwise):
            return next((is_match for part, is_match in cases if _has_tags(part, tags)), otherwise)
        case Rule("HAS_TAG", params):
            return dict(params)["tag"] in tags
        case Rule(name, _):
            raise KeyError(name)
