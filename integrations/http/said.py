"""What an API says of a failure: the words in its JSON, wherever it puts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LONGEST = 1000


def words_of(content: bytes) -> str:
    """Empty if there are none."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    return "; ".join(dict.fromkeys(_words(said, 0)))[:LONGEST]


def _words(said: Any, depth: int) -> Iterator[str]:
    """Code hosts nest their messages: ``{"message": {"path": ["has already been taken"]}}``."""
    if isinstance(said, str):
        yield " ".join(said.split())
    elif isinstance(said, list) and depth < 5:
        for item in said[:20]:
            yield from _words(item, depth + 1)
    elif isinstance(said, dict) and depth < 5:
        telling = [key for key in ("message", "error_description", "error", "detail", "errors") if said.get(key)]
        if telling:
            for key in telling:
                yield from _words(said[key], depth + 1)
        elif depth:
            for key, value in list(said.items())[:20]:
                yield from (f"{key} {words}" for words in _words(value, depth + 1))
