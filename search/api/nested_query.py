"""
Reads a query string with brackets in names as Backstage's server does: ``filters[kind]=API``, ``types[0]=techdocs``.

Pure. Repeated names make a list; so do ``name[]`` and ``name[0]``, unless a name in brackets makes it an object.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from common.api.query_string import decode_part, refuse_excess

MAX_DEPTH = 5

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


def parse_nested_query(text: str) -> dict[str, Value]:
    """Raises InputError if there is more to read than a person or a client ever sends."""
    refuse_excess(text, "")
    values: dict[str, Value] = {}
    for part in text.split("&"):
        raw_name, _, raw_value = part.partition("=")
        if raw_name:
            _put(values, _keys_of(decode_part(raw_name)), decode_part(raw_value))
    return {name: _with_lists(value) for name, value in values.items()}


def _keys_of(name: str) -> list[str]:
    """``a[b][]`` is a, b and an empty key. What is nested more deeply than anybody asks stays one key."""
    first, bracket, _ = name.partition("[")
    if not bracket or not first:
        return [name]
    keys, place = [first], len(first)
    while len(keys) <= MAX_DEPTH and (found := _IN_BRACKETS.match(name, place)):
        keys.append(found.group(1))
        place = found.end()
    return [*keys, name[place:]] if place < len(name) else keys


def _put(values: dict[str, Value], keys: list[str], value: str) -> None:
    """Put the value where the keys lead. Lists are objects with numbers for keys until all is read."""
    *way, last = keys
    for key in way:
        name = key or str(len(values))
        inner = values.setdefault(name, {})
        if not isinstance(inner, dict):
            inner = values[name] = {"0": inner}
        values = inner
    key = last or str(len(values))
    if key not in values:
        values[key] = value
        return
    present = values[key]
    if not isinstance(present, dict):
        present = values[key] = {"0": present}
    present[str(len(present))] = value


def _with_lists(value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(part) for key, part in value.items()}
    return list(inner.values()) if all(key.isdecimal() for key in inner) else inner
