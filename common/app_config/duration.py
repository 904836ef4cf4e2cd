"""Durations as Backstage's configuration writes them: ``{ minutes: 5 }``, ``PT5M``, ``5 minutes``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from common.app_config.values import to_number

SECONDS = {
    "years": 365 * 86400.0,
    "months": 30 * 86400.0,
    "weeks": 7 * 86400.0,
    "days": 86400.0,
    "hours": 3600.0,
    "minutes": 60.0,
    "seconds": 1.0,
    "milliseconds": 0.001,
}
SHORT_UNITS = {
    **dict.fromkeys(("years", "year", "yrs", "yr", "y"), "years"),
    **dict.fromkeys(("weeks", "week", "w"), "weeks"),
    **dict.fromkeys(("days", "day", "d"), "days"),
    **dict.fromkeys(("hours", "hour", "hrs", "hr", "h"), "hours"),
    **dict.fromkeys(("minutes", "minute", "mins", "min", "m"), "minutes"),
    **dict.fromkeys(("seconds", "second", "secs", "sec", "s"), "seconds"),
    **dict.fromkeys(("milliseconds", "millisecond", "msecs", "msec", "ms"), "milliseconds"),
}
NUMBER = r"\d{1,20}(?:\.\d{1,20})?"
ISO = re.compile(
    rf"P(?:(?P<years>{NUMBER})Y)?(?:(?P<months>{NUMBER})M)?(?:(?P<weeks>{NUMBER})W)?(?:(?P<days>{NUMBER})D)?"
    rf"(?:T(?:(?P<hours>{NUMBER})H)?(?:(?P<minutes>{NUMBER})M)?(?:(?P<seconds>\d{{1,20}}(?:[.,]\d{{1,20}})?)S)?)?"
)
SHORT = re.compile(r"(\d{0,20}\.?\d{1,20}) *([a-z]+)", re.I)
EXPECTED = "a duration such as '30s', '5 minutes', 'PT5M' or { minutes: 5 }"


def to_duration(value: Any) -> timedelta:
    """Raises ValueError with the words that follow "expected" in the message."""
    parts = _read_text(value.strip()) if isinstance(value, str) else _read_object(value)
    if not parts:
        raise ValueError(EXPECTED)
    try:
        return timedelta(seconds=sum(SECONDS[unit] * number for unit, number in parts.items()))
    except OverflowError:
        raise ValueError("a duration shorter than that") from None


def _read_object(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise ValueError(EXPECTED)
    unknown = [key for key in value if key not in SECONDS]
    if unknown:
        raise ValueError(f"{EXPECTED}; '{unknown[0]}' is none of {', '.join(SECONDS)}")
    try:
        return {unit: to_number(number) for unit, number in value.items() if number is not None}
    except ValueError:
        raise ValueError(EXPECTED) from None


def _read_text(text: str) -> dict[str, float]:
    if text.startswith("-"):
        raise ValueError("a duration that is not negative")
    if iso := ISO.fullmatch(text):
        return {unit: float(number.replace(",", ".")) for unit, number in iso.groupdict().items() if number}
    short = SHORT.fullmatch(text)
    unit = SHORT_UNITS.get(short[2].lower()) if short else None
    return {unit: float(short[1])} if short and unit else {}
