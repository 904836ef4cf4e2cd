"""
The one predicate tree, and the two languages that parse into it: ``filter=`` strings and JSON.

Keys and values in the tree are lower-case. Both parsers bound what they take, so whoever walks a tree may recurse.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.index.javascript_text import WHITESPACE, js_text
from catalog.queries.predicate_shape import KEY, check_bounds, explain_misshape
from common.errors import InputError

MAX_FILTERS = 1_000
MAX_STATEMENTS = 10_000


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Predicate


@dataclass(frozen=True, slots=True)
class HasKey:
    """The entity has this searchable key, whatever its value."""

    key: str


@dataclass(frozen=True, slots=True)
class HasValue:
    """The key has one of these values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasPrefix:
    """The key has a value that starts so."""

    key: str
    prefix: str


@dataclass(frozen=True, slots=True, eq=False)
class FirstOf:
    """
    What the first part says that is true: the entity matches or not; else ``otherwise``.

    Made of policies, never read from a request. Equal to itself alone: the index keeps what it came to.
    """

    cases: tuple[tuple[Predicate, bool], ...]
    otherwise: bool


Predicate = AllOf | AnyOf | Not | HasKey | HasValue | HasPrefix | FirstOf


# ---------------------------------------------------------------------- filter strings


def parse_filters(filters: Sequence[str] | None) -> Predicate | None:
    """
    Read ``filter`` parameters (``kind=component,spec.type``): any of them, all statements within one.

    None if they say nothing. Raises InputError with the reference's message, or if there are too many.
    """
    if not filters:
        return None
    if len(filters) > MAX_FILTERS:
        raise InputError(f"Too many filters: {len(filters)}, at most {MAX_FILTERS} are allowed")
    if sum(text.count(",") for text in filters) > MAX_STATEMENTS:
        raise InputError(f"Too many filter statements, at most {MAX_STATEMENTS} are allowed")
    parsed = [part for part in map(_parse_filter, filters) if part is not None]
    return _combine(AnyOf, parsed) if parsed else None


def _parse_filter(text: str) -> Predicate | None:
    values_of: dict[str, list[str]] = {}
    for statement in (part.strip(WHITESPACE) for part in text.split(",")):
        if not statement:
            continue
        key, equals, value = statement.partition("=")
        key = key.strip(WHITESPACE)
        if not key:
            raise InputError(
                f"Invalid filter, '{statement}' is not a valid statement (expected a string on the form a=b or a= or a)"
            )
        values = values_of.setdefault(key, [])
        if equals:
            values.append(value.strip(WHITESPACE).lower())
    parts = [_key_among(key.lower(), values) for key, values in values_of.items()]
    return _combine(AllOf, parts) if parts else None


def _key_among(key: str, values: list[str]) -> Predicate:
    return HasValue(key, tuple(values)) if values else HasKey(key)


def _combine(kind: type[AllOf | AnyOf], parts: Sequence[Predicate]) -> Predicate:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


# ---------------------------------------------------------------------- JSON


class _Misshape(Exception):
    """Something that the schema of predicates does not know; what exactly is found out afterwards."""


def parse_predicate(query: Any, *, complaint: str = "Invalid query: ", path: tuple[str, ...] = ()) -> Predicate:
    """
    Read the JSON form (``{"kind": "component", "$not": ...}``).

    Raises InputError with the reference's message, which starts with ``complaint``; ``path`` is where in the
    request's body the predicate stood.
    """
    check_bounds(query, complaint)
    try:
        return _parse_node(query)
    except _Misshape:
        raise InputError(f"{complaint}{explain_misshape(query, path)}") from None
    except InputError:
        # What has another shape altogether is told first.
        if explanation := explain_misshape(query, path):
            raise InputError(f"{complaint}{explanation}") from None
        raise


def _parse_node(query: Any) -> Predicate:
    if _is_primitive(query):
        raise InputError(
            "Invalid filter predicate: top-level primitive values are not supported. "
            f'Wrap the value in a field expression, e.g. {{ "kind": {_json(query)} }}'
        )
    if type(query) is not dict:
        raise _Misshape
    if len(query) == 1:
        ((operator, operand),) = query.items()
        if operator in ("$all", "$any"):
            return _parse_group(AllOf if operator == "$all" else AnyOf, operand)
        if operator == "$not":
            return Not(_parse_node(operand))
    return _combine(AllOf, [_parse_field(key, value) for key, value in query.items()])


def _parse_group(kind: type[AllOf | AnyOf], operand: Any) -> Predicate:
    if type(operand) is not list:
        raise _Misshape
    return kind(tuple(_parse_node(part) for part in operand))


def _parse_field(name: str, value: Any) -> Predicate:
    if not KEY.fullmatch(name):
        raise _Misshape
    key = name.lower()
    if _is_primitive(value):
        return HasValue(key, (_lower(value),))
    if type(value) is dict:
        for operator, parse in _OPERATORS.items():
            if operator in value and (found := parse(key, value[operator])) is not None:
                return found
    raise _Misshape


def _parse_exists(key: str, operand: Any) -> Predicate | None:
    if type(operand) is not bool:
        return None
    return HasKey(key) if operand else Not(HasKey(key))


def _parse_in(key: str, operand: Any) -> Predicate | None:
    if type(operand) is not list or not all(map(_is_primitive, operand)):
        return None
    return HasValue(key, tuple(map(_lower, operand)))


def _parse_has_prefix(key: str, operand: Any) -> Predicate | None:
    return HasPrefix(key, operand.lower()) if type(operand) is str else None


def _parse_contains(key: str, operand: Any) -> Predicate | None:
    if _is_primitive(operand):
        return HasValue(key, (_lower(operand),))
    if type(operand) is not dict or explain_misshape(operand, ()):
        return None
    if key == "relations":
        return _parse_relation(operand)
    raise InputError(f'Object form of $contains is not supported for field "{key}"')


# In the order in which the reference tries them; the first whose operand fits is taken, others are ignored.
_OPERATORS: dict[str, Callable[[str, Any], Predicate | None]] = {
    "$exists": _parse_exists,
    "$in": _parse_in,
    "$contains": _parse_contains,
    "$hasPrefix": _parse_has_prefix,
}


def _parse_relation(operand: dict[str, Any]) -> Predicate:
    """``{"type": "ownedBy", "targetRef": "..." or {"$in": [...]}}``."""
    found: dict[str, Any] = {}
    for name, value in operand.items():
        key = name.lower()
        if key not in ("type", "targetref"):
            raise InputError(
                f'Unsupported key "{name}" in $contains for "relations". Only "type" and "targetRef" are supported'
            )
        if key in found:
            raise InputError(f'Duplicate key "{name}" in $contains for "relations"')
        if key == "type" and type(value) is not str:
            break
        found[key] = value if key == "type" else _parse_target_refs(value)
    if not found.get("type"):
        raise InputError('The $contains operator for "relations" requires a "type" string property')
    key = f"relations.{found['type'].lower()}"
    return HasValue(key, found["targetref"]) if "targetref" in found else HasKey(key)


def _parse_target_refs(value: Any) -> tuple[str, ...]:
    if type(value) is str:
        return (value.lower(),)
    wanted = value.get("$in") if type(value) is dict and "$exists" not in value else None
    if type(wanted) is not list or not all(type(ref) is str for ref in wanted):
        raise InputError(
            'Unsupported value in $contains for "relations": expected a string or { "$in": [strings] }, '
            f"but got {_json(value)}"
        )
    if not wanted:
        raise InputError('Empty "$in" array for $contains on "relations" is not allowed')
    return tuple(ref.lower() for ref in wanted)


def _is_primitive(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _lower(value: Any) -> str:
    return js_text(value).lower()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def predicate_to_json(predicate: Predicate) -> dict[str, Any]:
    """The JSON form, from which ``parse_predicate`` makes the same tree."""
    match predicate:
        case AllOf(parts):
            return {"$all": [predicate_to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"$any": [predicate_to_json(part) for part in parts]}
        case Not(part):
            return {"$not": predicate_to_json(part)}
        case HasKey(key):
            return {key: {"$exists": True}}
        case HasPrefix(key, prefix):
            return {key: {"$hasPrefix": prefix}}
        case HasValue(key, (value,)):
            return {key: value}
        case HasValue(key, values):
            return {key: {"$in": list(values)}}
        case FirstOf():
            raise TypeError("what a policy says has no JSON form, as nobody is to read it")
