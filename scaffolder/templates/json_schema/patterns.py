"""
Regular expressions of schemas: on RE2, or with a timeout; never on Python's own engine.

JavaScript reads them with the flag ``u`` where it can. What that adds, ``\\u{1F600}`` and ``\\p{L}``, is seen to here.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex  # type: ignore[import-untyped]

from scaffolder.templates.json_schema.violation import SchemaDefectError
from scaffolder.templating.errors import Fault, LimitFault, TimeFault
from scaffolder.templating.js_regex import compiled
from scaffolder.templating.limits import LONGEST_PATTERN, Budget

_PRIVATE, _LAST_PRIVATE = 0xE000, 0xF8FF
_CODE_POINT = re.compile(r"(?<!\\)((?:\\\\)*)\\u\{0*([0-9a-fA-F]{1,6})\}")
_PROPERTY = re.compile(r"(?<!\\)(?:\\\\)*\\[pP]\{[A-Za-z_=]+\}")


def is_match(pattern: str, text: str, budget: Budget) -> bool:
    """Whether it matches anywhere. Raises SchemaDefectError if it is no pattern, LimitFault if it takes too long."""
    source, text = _in_one_plane(_CODE_POINT.sub(_as_character, pattern), text)
    if _PROPERTY.search(source):
        return _is_match_by_property(source, text, budget)
    try:
        return compiled(source, "").subject(text).find(0, budget) is not None
    except LimitFault:
        raise
    except Fault as fault:
        raise SchemaDefectError(f"/{pattern}/ is no regular expression: {fault.message}") from None


def _in_one_plane(pattern: str, text: str) -> tuple[str, str]:
    """
    Both with characters for private use in place of those beyond the basic plane, in the same order.

    Without the flag ``u`` such a character is two, which a dot or ``[^a]`` would not match at once.
    """
    beyond = {character for part in (pattern, text) if not part.isascii() for character in part if character > "\uffff"}
    if not beyond:
        return pattern, text
    table = {ord(character): min(_PRIVATE + place, _LAST_PRIVATE) for place, character in enumerate(sorted(beyond))}
    return pattern.translate(table), text.translate(table)


def is_pattern(text: str) -> bool:
    try:
        compiled(text, "")
    except Fault:
        return False
    return True


def _as_character(match: re.Match[str]) -> str:
    code = int(match[2], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match[0]
    return match[1] + (f"\\u{code:04x}" if code < 0x10000 else chr(code))


def _is_match_by_property(source: str, text: str, budget: Budget) -> bool:
    budget.charge()
    try:
        return _program(source).search(text, timeout=budget.seconds_left()) is not None
    except TimeoutError:
        raise TimeFault(f"Regular expression /{source}/ takes too long") from None


@lru_cache(maxsize=64)
def _program(source: str) -> regex.Pattern[str]:
    if len(source) > LONGEST_PATTERN:
        raise SchemaDefectError("a regular expression is too long")
    try:
        return regex.compile(source, regex.V0, cache_pattern=False)
    except (regex.error, OverflowError) as error:
        raise SchemaDefectError(f"/{source}/ is no regular expression: {error}") from None
