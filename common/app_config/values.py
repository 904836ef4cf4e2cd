"""
From what a configuration file holds to what the code wants, with Backstage's conversions. Pure.

Environment variables only give texts, so numbers and booleans may be written as texts. Each function
raises ValueError with the words that follow "expected" in the message.
"""

from __future__ import annotations

import math
import re
from typing import Any

YES = re.compile(r"y|yes|true|1|on", re.I)
NO = re.compile(r"n|no|false|0|off", re.I)
WHOLE = re.compile(r"[-+]?\d{1,300}", re.A)
DECIMAL = re.compile(r"[-+]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:e[-+]?\d{1,4})?", re.A | re.I)


def to_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    if not value:
        raise ValueError("a text that is not empty")
    return value


def to_number(value: Any) -> float:
    """Integral numbers stay whole. Raises ValueError."""
    if isinstance(value, str):
        value = _parse_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a number")
    return value


def _parse_number(text: str) -> float | None:
    text = text.strip()
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else None


def to_integer(value: Any) -> int:
    try:
        number = to_number(value)
    except ValueError:
        raise ValueError("a whole number") from None
    if number != int(number):
        raise ValueError("a whole number")
    return int(number)


def to_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    if YES.fullmatch(text):
        return True
    if NO.fullmatch(text):
        return False
    raise ValueError("true or false")


def to_text_list(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError("a list of texts that are not empty")
    return list(value)
