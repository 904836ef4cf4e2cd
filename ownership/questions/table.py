"""What questions answer: rows, a page at a time, each of them good for JSON and for a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.queries.opaque import OpaqueTextError, decode_opaque, encode_opaque
from common.errors import InputError

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
LONGEST_PLACE = 1_000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``after`` is where the page before ended. ``limit`` is None for all that there is."""

    limit: int | None = DEFAULT_LIMIT
    after: str = ""

    @property
    def most(self) -> int:
        return 2**31 if self.limit is None else self.limit


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` is about all rows. ``columns`` name what a table of the rows shows, ``next_cursor`` the page after it."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]
    head: Mapping[str, Any] = field(default_factory=dict)
    next_cursor: str | None = None


def encode_cursor(after: str) -> str:
    return encode_opaque({"after": after})


def decode_cursor(text: str) -> str:
    """Raises InputError."""
    try:
        content = decode_opaque(text)
    except OpaqueTextError:
        content = None
    after = content.get("after") if isinstance(content, dict) else None
    if not isinstance(after, str) or len(after) > LONGEST_PLACE:
        raise InputError(f"Malformed cursor: '{text[:100]}' is none that a page before has given")
    return after


def cut_page(rows: Sequence[Any], limit: int, key: Any) -> tuple[Sequence[Any], str | None]:
    """The page out of one row too many, and the cursor of the next if there was."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, encode_cursor(key(page[-1])) if page else None
