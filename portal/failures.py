"""Processing errors in a form that fits on a page, however long and many they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from portal.words import text_of

MAX_ERRORS = 20
MAX_MESSAGE = 4_000


@dataclass(frozen=True, slots=True)
class Failure:
    name: str
    message: str


def read_errors(items: Iterable[Mapping[str, Any]]) -> list[Failure]:
    """Of ``{"name", "message"}`` and of the items of an entity's ``status``, whose ``error`` has the name."""
    return [_read(item) for item in islice(items, MAX_ERRORS)]


def _read(item: Mapping[str, Any]) -> Failure:
    error = item.get("error")
    name = text_of(item.get("name")) or (text_of(error.get("name")) if isinstance(error, Mapping) else "")
    message = text_of(item.get("message"))
    # The status says the name once more in front of the message.
    message = message.removeprefix(f"{name}: ")
    return Failure(name or "Error", message if len(message) <= MAX_MESSAGE else message[:MAX_MESSAGE] + "…")
