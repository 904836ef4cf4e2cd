"""Filters of texts."""

from __future__ import annotations

import math
from typing import Final

from scaffolder.templating.coercion import join_texts, order, render_text, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.expansion import expanded_match
from scaffolder.templating.filters.inputs import as_safe_as, blank, direct_length, spaces, text_of
from scaffolder.templating.js_regex import compiled, count
from scaffolder.templating.js_regex import replace as replace_pattern
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import to_integer
from scaffolder.templating.utf16 import lower, upper
from scaffolder.templating.values import (
    UNDEFINED,
    WHITESPACE,
    Regex,
    SafeString,
    Value,
    arg,
    is_nullish,
    is_number,
    truthy,
)

DEFAULT_WIDTH: Final = 80
DEFAULT_TRUNCATION: Final = 255


def capitalized(text: str) -> str:
    text = lower(text)
    return upper(text[:1]) + text[1:]


def capitalize(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return as_safe_as(value, capitalized(text_of(blank(value))))


def title(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return as_safe_as(value, " ".join(map(capitalized, text_of(blank(value)).split(" "))))


def to_lower(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return lower(text_of(blank(value)))


def to_upper(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return upper(text_of(blank(value)))


def trim(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return as_safe_as(value, text_of(value).strip(WHITESPACE))


def to_string(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if is_nullish(value):
        raise Fault("string requires a value")
    return value if isinstance(value, SafeString) else render_text(value, budget)


def center(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """The text amid spaces, the right side the longer one."""
    value = blank(value)
    width = arguments[0] if truthy(arg(arguments, 0)) else DEFAULT_WIDTH
    length = direct_length(value)
    if order(length, width, budget) >= 0:
        return value
    room = to_number(width, budget) - to_number(length, budget)
    text = to_text(value, budget)
    left = spaces(room / 2 - math.fmod(room, 2) if math.isfinite(room) else room, budget)
    return as_safe_as(value, join_texts([left, text, spaces(room / 2, budget)], budget, ""))


def indent(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Every line but the first moved right; the first too if the second argument says so."""
    value = blank(value)
    text = text_of(value)
    if value == "":
        return ""
    width = spaces(to_number(arguments[0] if truthy(arg(arguments, 0)) else 4, budget), budget)
    lines = text.count("\n")
    budget.reserve_text(len(text) + (lines + 1) * len(width))
    first = width if truthy(arg(arguments, 1)) else ""
    return as_safe_as(value, first + text.replace("\n", "\n" + width))


def replace(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Every occurrence, or as many as the third argument says; a pattern as ``String.replace`` takes it."""
    search, replacement = arg(arguments, 0), arg(arguments, 1)
    if isinstance(search, Regex):
        return replace_matches(value, search, to_text(replacement, budget), budget)
    if not (isinstance(search, str) or is_number(search)):
        return value
    subject = to_text(value, budget) if is_number(value) else value
    if not isinstance(subject, str | SafeString):
        return subject
    text, needle = text_of(subject), to_text(search, budget)
    if needle == "":
        return as_safe_as(subject, between_all(text, replacement, budget))
    most = -1 if arg(arguments, 2) is UNDEFINED else arguments[2]
    if needle not in text or (is_number(most) and most == 0):
        return subject
    return as_safe_as(value, replaced(text, needle, to_text(replacement, budget), most, budget))


def replace_matches(value: Value, search: Regex, replacement: str, budget: Budget) -> str:
    if not isinstance(value, str | SafeString):
        raise Fault("Regular-expression replacement requires a string")
    pattern = compiled(search.pattern, search.flags)
    names = pattern.translation.names
    return replace_pattern(
        pattern, text_of(value), lambda found, subject: expanded_match(replacement, found, subject, names), budget
    )[0]


def between_all(text: str, replacement: Value, budget: Budget) -> str:
    """The replacement around each character; what was not given is nothing outside and a comma between."""
    around = to_text(replacement, budget)
    separator = "," if replacement is UNDEFINED else around
    budget.reserve_text(len(text) * (len(separator) + 1))
    return around + separator.join(text) + around


def replaced(text: str, needle: str, replacement: str, most: Value, budget: Budget) -> str:
    found = text.count(needle)
    if not (is_number(most) and most == -1):
        limit = to_number(most, budget)
        found = 0 if math.isnan(limit) else int(min(found, max(math.ceil(min(limit, found)), 0)))
    budget.reserve_text(len(text) + found * (len(replacement) - len(needle)))
    return text.replace(needle, replacement, found)


def truncate(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """At most so long, cut between words unless the second argument says not to, with an end."""
    subject = blank(value)
    limit = arguments[0] if truthy(arg(arguments, 0)) else DEFAULT_TRUNCATION
    if order(direct_length(subject), limit, budget) <= 0:
        return subject
    text = text_of(subject)
    length = to_integer(to_number(limit, budget))
    end = int(min(max(length, 0), len(text)))
    if not truthy(arg(arguments, 1)):
        start = len(text) if math.isnan(to_number(limit, budget)) else end
        space = text.rfind(" ", 0, start + 1)
        end = end if space < 0 else space
    ending = "..." if is_nullish(arg(arguments, 2)) else to_text(arguments[2], budget)
    return as_safe_as(value, join_texts([text[:end], ending], budget, ""))


def wordcount(value: Value, arguments: list[Value], budget: Budget) -> Value:
    value = blank(value)
    if not truthy(value):
        return None
    return count(compiled(r"\w+", "g"), text_of(value), budget) or None
