"""``target.key``: an own property, or a method from our tables. Never an attribute of a Python object."""

from __future__ import annotations

from typing import Final

from scaffolder.templating.callables import BoundMethod, Cycler
from scaffolder.templating.methods import find_method
from scaffolder.templating.taint import Secret
from scaffolder.templating.values import UNDEFINED, SafeString, Value, array_index


class Missing:
    """No such property, which differs from one that is undefined."""


MISSING: Final = Missing()


def own_value(target: Value, key: str) -> Value:
    """The property of a record, array or text; MISSING if it has none of that name."""
    if isinstance(target, dict):
        return target.get(key, MISSING)
    if isinstance(target, list):
        return len(target) if key == "length" else item(target, key)
    if isinstance(target, str):
        return len(target) if key == "length" else character(target, key)
    if isinstance(target, SafeString):
        return safe_string_value(target.text, key)
    return target.member(key) if isinstance(target, Cycler) else MISSING


def item(items: list[Value], key: str) -> Value:
    index = array_index(key, len(items))
    return MISSING if index is None else items[index]


def character(text: str, key: str) -> Value:
    index = array_index(key, len(text))
    if index is None:
        return MISSING
    return Secret(text[index]) if isinstance(text, Secret) else text[index]


def safe_string_value(text: str, key: str) -> Value:
    if key == "val":
        return text
    return len(text) if key == "length" else character(text, key)


def value_of(target: Value, key: str) -> Value:
    """The own property, undefined if there is none."""
    value = own_value(target, key)
    return UNDEFINED if value is MISSING else value


def member(target: Value, key: str, *, cookiecutter: bool) -> Value:
    """The own property, else the method of that name, else undefined."""
    value = own_value(target, key)
    if value is not MISSING:
        return value
    method = find_method(target, key, cookiecutter=cookiecutter)
    return UNDEFINED if method is None else BoundMethod(target, key, method)
