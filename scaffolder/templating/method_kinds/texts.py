"""Methods of texts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from scaffolder.templating.coercion import join_texts, to_number, to_text
from scaffolder.templating.expansion import expanded, expanded_match
from scaffolder.templating.js_regex import compiled
from scaffolder.templating.js_regex import replace as replace_pattern
from scaffolder.templating.js_regex import split as split_pattern
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import NAN, to_integer, to_uint32
from scaffolder.templating.utf16 import lower, upper
from scaffolder.templating.values import UNDEFINED, WHITESPACE, Regex, Value, arg

NO_LIMIT: Final = 2**32 - 1


def integer(arguments: list[Value], index: int, default: float, budget: Budget) -> float:
    value = arg(arguments, index)
    return default if value is UNDEFINED else to_integer(to_number(value, budget))


def clamped(position: float, length: int) -> int:
    """The position within 0 and the length."""
    return int(min(max(position, 0), length))


def relative(position: float, length: int) -> int:
    """As ``clamped``, a negative position counting from the end."""
    return clamped(position + length if position < 0 else position, length)


def replace(text: str, arguments: list[Value], budget: Budget) -> Value:
    """The first match replaced, or all with the flag g."""
    search, replacement = arg(arguments, 0), to_text(arg(arguments, 1), budget)
    if isinstance(search, Regex):
        return replace_matches(text, search, replacement, budget)
    needle = to_text(search, budget)
    start = text.find(needle)
    if start < 0:
        return text
    before, after = text[:start], text[start + len(needle) :]
    return before + expanded(replacement, lambda: before, needle, lambda: after, (), {}) + after


def replace_matches(text: str, search: Regex, replacement: str, budget: Budget) -> str:
    pattern = compiled(search.pattern, search.flags)
    sticks = "y" in search.flags and "g" not in search.flags
    result, end = replace_pattern(
        pattern,
        text,
        lambda found, subject: expanded_match(replacement, found, subject, pattern.translation.names),
        budget,
        search.last_index if sticks else 0,
    )
    if sticks or "g" in search.flags:
        search.last_index = end if sticks else 0
    return result


def split(text: str, arguments: list[Value], budget: Budget) -> Value:
    separator, limit_value = arg(arguments, 0), arg(arguments, 1)
    limit = NO_LIMIT if limit_value is UNDEFINED else to_uint32(to_number(limit_value, budget))
    if isinstance(separator, Regex):
        parts = split_pattern(compiled(separator.pattern, separator.flags), text, limit, budget)
        return [UNDEFINED if part is None else part for part in parts]
    if limit == 0:
        return []
    if separator is UNDEFINED:
        return [text]
    needle = to_text(separator, budget)
    budget.reserve_entries(min(limit, text.count(needle) if needle else len(text)))
    return (text.split(needle) if needle else list(text))[:limit]


def includes(text: str, arguments: list[Value], budget: Budget) -> Value:
    return text.find(to_text(arg(arguments, 0), budget), clamped(integer(arguments, 1, 0, budget), len(text))) >= 0


def starts_with(text: str, arguments: list[Value], budget: Budget) -> Value:
    return text.startswith(to_text(arg(arguments, 0), budget), clamped(integer(arguments, 1, 0, budget), len(text)))


def ends_with(text: str, arguments: list[Value], budget: Budget) -> Value:
    end = clamped(integer(arguments, 1, math.inf, budget), len(text))
    return text[:end].endswith(to_text(arg(arguments, 0), budget))


def index_of(text: str, arguments: list[Value], budget: Budget) -> Value:
    return text.find(to_text(arg(arguments, 0), budget), clamped(integer(arguments, 1, 0, budget), len(text)))


def last_index_of(text: str, arguments: list[Value], budget: Budget) -> Value:
    needle = to_text(arg(arguments, 0), budget)
    position = NAN if arg(arguments, 1) is UNDEFINED else to_number(arguments[1], budget)
    start = len(text) if math.isnan(position) else clamped(to_integer(position), len(text))
    return text.rfind(needle, 0, start + len(needle))


def slice_text(text: str, arguments: list[Value], budget: Budget) -> Value:
    start = relative(integer(arguments, 0, 0, budget), len(text))
    return text[start : relative(integer(arguments, 1, math.inf, budget), len(text))]


def substring(text: str, arguments: list[Value], budget: Budget) -> Value:
    start = clamped(integer(arguments, 0, 0, budget), len(text))
    end = clamped(integer(arguments, 1, math.inf, budget), len(text))
    return text[min(start, end) : max(start, end)]


def char_at(text: str, arguments: list[Value], budget: Budget) -> Value:
    index = integer(arguments, 0, 0, budget)
    return text[int(index)] if 0 <= index < len(text) else ""


def char_code_at(text: str, arguments: list[Value], budget: Budget) -> Value:
    index = integer(arguments, 0, 0, budget)
    return ord(text[int(index)]) if 0 <= index < len(text) else NAN


def concat(text: str, arguments: list[Value], budget: Budget) -> Value:
    return join_texts([text, *(to_text(argument, budget) for argument in arguments)], budget, "")


def plain(change: Callable[[str], str]) -> Callable[[str, list[Value], Budget], Value]:
    return lambda text, arguments, budget: change(text)


METHODS: Final[dict[str, tuple[Callable[[Value, list[Value], Budget], Value], int, float]]] = {
    "charAt": (char_at, 0, 1),
    "charCodeAt": (char_code_at, 0, 1),
    "concat": (concat, 0, math.inf),
    "endsWith": (ends_with, 1, 2),
    "includes": (includes, 1, 2),
    "indexOf": (index_of, 1, 2),
    "lastIndexOf": (last_index_of, 1, 2),
    "replace": (replace, 2, 2),
    "slice": (slice_text, 0, 2),
    "split": (split, 0, 2),
    "startsWith": (starts_with, 1, 2),
    "substring": (substring, 0, 2),
    "toLowerCase": (plain(lower), 0, 0),
    "toUpperCase": (plain(upper), 0, 0),
    "trim": (plain(lambda text: text.strip(WHITESPACE)), 0, 0),
    "trimEnd": (plain(lambda text: text.rstrip(WHITESPACE)), 0, 0),
    "trimStart": (plain(lambda text: text.lstrip(WHITESPACE)), 0, 0),
}
