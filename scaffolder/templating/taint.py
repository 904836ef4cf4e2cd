"""
Texts that came from a secret, whatever was done to them since.

A ``Secret`` is a text like any other; what is made from it by an operator, a method, a filter or a capture is a
``Secret`` again. Comparing with one or asking its length gives plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from scaffolder.templating.values import SafeString

if TYPE_CHECKING:
    from scaffolder.templating.limits import Budget


class Secret(str):
    """A text that must not be shown."""

    __slots__ = ()


def contents(value: list[Any] | dict[str, Any]) -> Iterable[Any]:
    """The elements of a list; keys and values of a record, since a key may have been made from a secret."""
    return chain(value, value.values()) if isinstance(value, dict) else value


def is_tainted(value: Any, budget: Budget) -> bool:
    """Whether a secret is in the value, at any depth."""
    if isinstance(value, str):
        return isinstance(value, Secret)
    if isinstance(value, SafeString):
        return isinstance(value.text, Secret)
    if isinstance(value, list | dict):
        budget.charge(len(value))
        return any(is_tainted(item, budget) for item in contents(value))
    return False


def tainted(value: Any, budget: Budget) -> Any:
    """The value with every text in it marked as secret. Lists and records are made anew."""
    if isinstance(value, str):
        return value if isinstance(value, Secret) else Secret(value)
    if isinstance(value, SafeString):
        return SafeString(Secret(value.text))
    if isinstance(value, list):
        budget.charge(len(value))
        return [tainted(item, budget) for item in value]
    if isinstance(value, dict):
        budget.charge(len(value))
        return {key: tainted(item, budget) for key, item in value.items()}
    return value


def secrets_in(value: Any, budget: Budget) -> Iterator[str]:
    """Every secret text in the value."""
    text = value.text if isinstance(value, SafeString) else value
    if isinstance(text, Secret):
        yield text
    elif isinstance(value, list | dict):
        budget.charge(len(value))
        for item in contents(value):
            yield from secrets_in(item, budget)
