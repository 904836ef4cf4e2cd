"""Filters for HTML and URLs."""

from __future__ import annotations

import math
from typing import Final
from urllib.parse import quote

from scaffolder.templating.coercion import render_text, to_number, to_text
from scaffolder.templating.errors import Fault
from scaffolder.templating.filters.inputs import as_safe_as, blank, text_of
from scaffolder.templating.js_regex import Found, compiled, split, without
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import to_integer
from scaffolder.templating.utf16 import join_pairs
from scaffolder.templating.values import UNDEFINED, WHITESPACE, SafeString, Value, arg, is_nullish, is_number, truthy

ESCAPES: Final = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;", "\\": "&#92;"})
TAG: Final = r"<\/?([a-zA-Z][a-zA-Z0-9]*)\b[^>]*>|<!--[\s\S]*?-->"
DEEPEST_MARKUP: Final = 8
# What is done to white space that is kept, in order: spaces at the edges of lines, runs of spaces, line ends.
KEPT_SPACE: Final = (("^ +| +$", "gm", ""), (" +", "g", " "), (r"\r\n", "g", "\n"), (r"\n\n\n+", "g", "\n\n"))
PUNCTUATION: Final = r"^(?:\(|<|&lt;)?(.*?)(?:\.|,|\)|\n|&gt;)?$"
EMAIL: Final = r"^[\w.!#$%&'*+\-/=?^`{|}~]+@[a-zA-Z\d-]+(?:\.[a-zA-Z\d-]+)+$"
DOMAIN: Final = r"\.(?:org|net|com)(?::|\/|$)"


def escaped(value: Value, budget: Budget) -> SafeString:
    return SafeString(budget.made(render_text(value, budget).translate(ESCAPES)))


def escape(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return value if isinstance(value, SafeString) else escaped(value, budget)


def force_escape(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return escaped(value, budget)


def safe(value: Value, arguments: list[Value], budget: Budget) -> Value:
    return value if isinstance(value, SafeString) else SafeString(render_text(value, budget))


def nl2br(value: Value, arguments: list[Value], budget: Budget) -> Value:
    text = "" if is_nullish(value) else text_of(value)
    return as_safe_as(value, budget.made(text.replace("\r\n", "\n").replace("\n", "<br />\n")))


def striptags(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Without tags and comments; white space becomes single spaces unless the argument keeps lines."""
    text = stripped(text_of(blank(value)), budget).strip(WHITESPACE)
    if not truthy(arg(arguments, 0)):
        return as_safe_as(value, without(compiled(r"\s+", "g"), text, budget, " "))
    for pattern, flags, replacement in KEPT_SPACE:
        text = without(compiled(pattern, flags), text, budget, replacement)
    return as_safe_as(value, text)


def stripped(text: str, budget: Budget) -> str:
    """Tags may come together from the pieces around others, so it is done until there are none."""
    for _ in range(DEEPEST_MARKUP + 1):
        shorter = without(compiled(TAG, "g"), text, budget)
        if shorter == text:
            return text
        text = shorter
    raise Fault("striptags input contains excessively nested markup")


def urlencode(value: Value, arguments: list[Value], budget: Budget) -> Value:
    if isinstance(value, str | SafeString):
        return component(text_of(value), budget)
    if isinstance(value, dict):
        return "&".join(pair(key, item, budget) for key, item in value.items())
    if isinstance(value, list):
        return "&".join(pair(*two_of(item), budget) for item in value)
    return ""


def component(text: str, budget: Budget) -> str:
    """``encodeURIComponent``."""
    try:
        return budget.made(quote(join_pairs(text).encode(), safe="!'()*~"))
    except UnicodeEncodeError as error:
        raise Fault("URI malformed") from error


def pair(key: Value, value: Value, budget: Budget) -> str:
    return f"{component(to_text(key, budget), budget)}={component(to_text(value, budget), budget)}"


def two_of(value: Value) -> tuple[Value, Value]:
    """The first two elements of whatever stands for a pair."""
    if is_nullish(value):
        raise Fault("urlencode sequence entries cannot be nullish")
    if isinstance(value, dict):
        return value.get("0", UNDEFINED), value.get("1", UNDEFINED)
    items: list[Value] = []
    if isinstance(value, list):
        items = value
    elif isinstance(value, str | SafeString):
        items = list(text_of(value)[:2])
    return arg(items, 0), arg(items, 1)


def urlize(value: Value, arguments: list[Value], budget: Budget) -> Value:
    """Addresses turned into links, their text cut to the first argument's length."""
    length = shown_length(arg(arguments, 0), budget)
    attributes = ' rel="nofollow"' if arg(arguments, 1) is True else ""
    words = split(compiled(r"(\s+)", ""), text_of(value), 2**32 - 1, budget)
    return budget.made("".join(linked(word, length, attributes, budget) for word in words if word))


def shown_length(value: Value, budget: Budget) -> int | None:
    """How much of an address is shown; None for all of it."""
    if value is UNDEFINED or (is_number(value) and math.isnan(value)):
        return None
    length = to_integer(to_number(value, budget))
    return None if length == math.inf else int(max(length, 0))


def linked(word: str, length: int | None, attributes: str, budget: Budget) -> str:
    found = find(PUNCTUATION, word, budget)
    address = word if found is None else found.groups[0] or ""
    short = address[:length]
    if address.startswith(("http://", "https://")):
        return f'<a href="{address}"{attributes}>{short}</a>'
    if address.startswith("www."):
        return f'<a href="http://{address}"{attributes}>{short}</a>'
    if find(EMAIL, address, budget):
        return f'<a href="mailto:{address}">{address}</a>'
    if find(DOMAIN, address, budget):
        return f'<a href="http://{address}"{attributes}>{short}</a>'
    return word


def find(pattern: str, text: str, budget: Budget) -> Found | None:
    return compiled(pattern, "").subject(text).find(0, budget)
