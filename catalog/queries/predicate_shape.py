"""
The schema of JSON predicates, and what a value lacks to fit it, in the words of the reference's validator.

That validator (zod) tells of every alternative why it did not fit. An alternative with a wrong key beside right ones
fits "but for that"; the first such one explains alone. Only what was refused comes here, so clarity goes before speed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from common.errors import InputError

KEY = re.compile(r"(?:[^$\n\r][^\n\r\u2028\u2029]*)?")
OPERATOR_KEY = re.compile(r"\$", re.DOTALL)
# What JavaScript's templates find where a key is missing.
MISSING = object()

MAX_DEPTH = 50
MAX_NODES = 10_000
MAX_TEXT_LENGTH = 10_000
MAX_ISSUES = 99
MAX_EXPLANATION_LENGTH = 4_000
IDENTIFIER = re.compile(r"[$_]|[^\W\d]")

Path = tuple[str | int, ...]


def check_bounds(query: Any, complaint: str) -> None:
    """Raise InputError if the value is too deep, too large or has too long texts for anyone to look into it."""
    level, nodes = [query], 0
    for _depth in range(MAX_DEPTH):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise InputError(f"{complaint}it has more than {MAX_NODES} parts")
        inner: list[Any] = []
        for value in level:
            if type(value) is dict:
                inner.extend(value)
                inner.extend(value.values())
            elif type(value) is list:
                inner.extend(value)
            elif type(value) is str and len(value) > MAX_TEXT_LENGTH:
                raise InputError(f"{complaint}it has a text of more than {MAX_TEXT_LENGTH} characters")
        if not inner:
            return
        level = inner
    raise InputError(f"{complaint}it is nested deeper than {MAX_DEPTH} levels")


def explain_misshape(query: Any, path: Path) -> str:
    """Why the value is no predicate; empty if it is one. Bounds must have been checked."""
    issues: list[Issue] = []
    if _predicate(query, path, issues) is Fit.WELL:
        return ""
    text = "Validation error: " + "; ".join(issue.text() for issue in issues[:MAX_ISSUES])
    return text if len(text) <= MAX_EXPLANATION_LENGTH else f"{text[:MAX_EXPLANATION_LENGTH]}..."


class Fit(IntEnum):
    WELL = 0
    BUT_FOR = 1
    NOT = 2


@dataclass(frozen=True, slots=True)
class Issue:
    """One complaint, or (``alternatives``) those about each alternative."""

    message: str
    path: Path
    alternatives: tuple[list[Issue], ...] = ()

    def text(self) -> str:
        if self.alternatives:
            return ", or ".join(dict.fromkeys("; ".join(map(Issue.text, issues)) for issues in self.alternatives))
        if not self.path:
            return self.message
        if len(self.path) == 1 and isinstance(self.path[0], int):
            return f"{self.message} at index {self.path[0]}"
        return f'{self.message} at "{_join_path(self.path)}"'


def _join_path(path: Path) -> str:
    if len(path) == 1:
        return str(path[0]) or '""'
    joined = ""
    for part in path:
        if isinstance(part, int):
            joined += f"[{part}]"
        elif '"' in part or not IDENTIFIER.search(part):
            escaped = part.replace('"', '\\"')
            joined += f'["{escaped}"]'
        else:
            joined += f".{part}" if joined else part
    return joined


# ---------------------------------------------------------------------- building blocks of schemas

Schema = Callable[[Any, Path, list[Issue]], Fit]


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "undefined")


def _refuse(expected: str, value: Any, path: Path, issues: list[Issue]) -> Fit:
    message = "Required" if value is MISSING else f"Expected {expected}, received {_type_name(value)}"
    issues.append(Issue(message, path))
    return Fit.NOT


def _of_type(name: str) -> Schema:
    def check(value: Any, path: Path, issues: list[Issue]) -> Fit:
        return Fit.WELL if _type_name(value) == name else _refuse(name, value, path, issues)

    return check


def _never(value: Any, path: Path, issues: list[Issue]) -> Fit:
    return _refuse("never", value, path, issues)


def _list_of(item: Schema) -> Schema:
    def check(value: Any, path: Path, issues: list[Issue]) -> Fit:
        if type(value) is not list:
            return _refuse("array", value, path, issues)
        return max([item(inner, (*path, index), issues) for index, inner in enumerate(value)], default=Fit.WELL)

    return check


def _object_with(key: str, inner: Schema, *, alone: bool) -> Schema:
    """An object with this key; ``alone``: and no other, while otherwise others do not matter."""

    def check(value: Any, path: Path, issues: list[Issue]) -> Fit:
        if type(value) is not dict:
            return _refuse("object", value, path, issues)
        fit = inner(value.get(key, MISSING), (*path, key), issues)
        others = [f"'{other}'" for other in value if other != key]
        if alone and others:
            issues.append(Issue(f"Unrecognized key(s) in object: {', '.join(others)}", path))
            return max(fit, Fit.BUT_FOR)
        return fit

    return check


def _record(keys: re.Pattern[str], inner: Schema) -> Schema:
    def check(value: Any, path: Path, issues: list[Issue]) -> Fit:
        if type(value) is not dict:
            return _refuse("object", value, path, issues)
        fit = Fit.WELL
        for key, found in value.items():
            if not (keys.fullmatch(key) if keys is KEY else keys.match(key)):
                issues.append(Issue("Invalid", (*path, key)))
                fit = max(fit, Fit.BUT_FOR)
            fit = max(fit, inner(found, (*path, key), issues))
        return fit

    return check


def _one_of(*schemas: Schema) -> Schema:
    def check(value: Any, path: Path, issues: list[Issue]) -> Fit:
        explanations = []
        but_for: list[Issue] | None = None
        for schema in schemas:
            found: list[Issue] = []
            fit = schema(value, path, found)
            if fit is Fit.WELL:
                return fit
            if fit is Fit.BUT_FOR and but_for is None:
                but_for = found
            explanations.append(found)
        if but_for is not None:
            issues.extend(but_for)
            return Fit.BUT_FOR
        issues.append(Issue("Invalid input", path, tuple(explanations)))
        return Fit.NOT

    return check


def _later(name: str) -> Schema:
    """A schema that is defined further down."""
    return lambda value, path, issues: globals()[name](value, path, issues)


# ---------------------------------------------------------------------- the schema

_primitive = _one_of(_of_type("string"), _of_type("number"), _of_type("boolean"))
_field_value = _one_of(
    _primitive,
    _object_with("$exists", _of_type("boolean"), alone=False),
    _object_with("$in", _list_of(_primitive), alone=False),
    _object_with("$contains", _later("_predicate"), alone=False),
    _object_with("$hasPrefix", _of_type("string"), alone=False),
)
_expression = _one_of(_record(KEY, _field_value), _record(OPERATOR_KEY, _never))
_predicate = _one_of(
    _expression,
    _primitive,
    _object_with("$all", _list_of(_later("_predicate")), alone=True),
    _object_with("$any", _list_of(_later("_predicate")), alone=True),
    _object_with("$not", _later("_predicate"), alone=True),
)
