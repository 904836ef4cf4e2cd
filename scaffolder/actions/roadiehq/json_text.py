"""``JSON.stringify``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from scaffolder.templating.json_text import text_literal
from scaffolder.templating.numbers import number_text

LONGEST_GAP = 10


def stringify(value: Any, *, space: str = "", keys: Sequence[str] | None = None) -> str:
    """``keys``: those that records keep, in this order; None for all of them as they come."""
    pieces: list[str] = []
    order = None if keys is None else list(dict.fromkeys(keys))
    _write(value, "\n" if space else "", space[:LONGEST_GAP], order, pieces)
    return "".join(pieces)


def _write(value: Any, line: str, gap: str, order: list[str] | None, pieces: list[str]) -> None:
    if isinstance(value, dict):
        kept = list(value) if order is None else [key for key in order if key in value]
        colon = ": " if gap else ":"
        _write_items("{}", ((f"{text_literal(key)}{colon}", value[key]) for key in kept), line, gap, order, pieces)
    elif isinstance(value, list):
        _write_items("[]", (("", item) for item in value), line, gap, order, pieces)
    else:
        pieces.append(_scalar(value))


def _write_items(
    brackets: str, items: Iterable[tuple[str, Any]], line: str, gap: str, order: list[str] | None, pieces: list[str]
) -> None:
    before = brackets[0] + line + gap
    for label, item in items:
        pieces.append(before + label)
        _write(item, line + gap, gap, order, pieces)
        before = "," + line + gap
    pieces.append(brackets if before[0] == brackets[0] else line + brackets[1])


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return text_literal(value)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value)
