"""The one predicate tree, and the two languages that parse into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


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
    """The key has one of these values. Key and values are lower-case."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasPrefix:
    key: str
    prefix: str


Predicate = AllOf | AnyOf | Not | HasKey | HasValue | HasPrefix


def parse_filters(filters: Sequence[str] | None) -> Predicate | None:
    """
    Read ``filter`` parameters (``kind=component,spec.type``): any of them, all statements within one.

    None if they say nothing. Raises InputError with the reference's message.
    """
    raise NotImplementedError


def parse_predicate(query: Any, *, complaint: str = "Invalid query: ", path: tuple[str, ...] = ()) -> Predicate:
    """
    Read the JSON form (``{"kind": "component", "$not": ...}``).

    Raises InputError with the reference's message, which starts with ``complaint``; ``path`` is where in the
    request's body the predicate stood.
    """
    raise NotImplementedError
