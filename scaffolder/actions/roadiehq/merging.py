"""Merging one value into another as lodash's ``mergeWith`` does, lists apart."""

from __future__ import annotations

from typing import Any

from common.errors import InputError

Json = Any


def merged(present: Json, given: Json, *, joins_lists: bool) -> Json:
    """
    ``present`` with all of ``given`` in it. A list takes the other's place, or with ``joins_lists`` is added to it.

    Both are mappings, or both are lists, which are then merged item by item. Raises InputError if they are neither.
    """
    if present is None:
        present = {} if isinstance(given, dict) else []
    if isinstance(present, dict) and isinstance(given, dict):
        return _merged_records(present, given, joins_lists)
    if isinstance(present, list) and isinstance(given, list):
        shared = [_merged(old, new, joins_lists) for old, new in zip(present, given, strict=False)]
        return shared + (present if len(present) > len(given) else given)[len(shared) :]
    raise InputError(
        f"{_kind(given).capitalize()} cannot be merged into {_kind(present)}; 'content' must be of the file's own kind"
    )


def _merged_records(present: dict[str, Json], given: dict[str, Json], joins_lists: bool) -> dict[str, Json]:
    result = dict(present)
    for key, value in given.items():
        result[key] = _merged(present.get(key), value, joins_lists)
    return result


def _merged(present: Json, given: Json, joins_lists: bool) -> Json:
    if isinstance(present, list):
        return _joined(present, given) if joins_lists else given
    if isinstance(given, dict):
        return _merged_records(present if isinstance(present, dict) else {}, given, joins_lists)
    return given


def _joined(present: list[Json], given: Json) -> list[Json]:
    """Texts, numbers, booleans and null are kept once; lists and mappings are never the same."""
    result: list[Json] = []
    seen: set[tuple[bool, Json]] = set()
    for item in [*present, *(given if isinstance(given, list) else [given])]:
        if not isinstance(item, dict | list):
            # True is not 1.
            known = (isinstance(item, bool), item)
            if known in seen:
                continue
            seen.add(known)
        result.append(item)
    return result


def _kind(value: Json) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a single value"
