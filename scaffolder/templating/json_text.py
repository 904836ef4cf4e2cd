"""``JSON.stringify``."""

from __future__ import annotations

import json
import math
import re

from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import number_text
from scaffolder.templating.utf16 import has_surrogates
from scaffolder.templating.values import UNDEFINED, Regex, SafeString, TemplateCallable, Value

LONE_SURROGATE = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
quoted = json.JSONEncoder(ensure_ascii=False).encode


def json_text(value: Value, gap: str, budget: Budget) -> str | None:
    """The value as JSON, indented by the gap if there is one; None for undefined, which JSON has no word for."""
    pieces: list[str] = []
    if not write(value, "\n" if gap else "", gap, pieces, budget):
        return None
    return budget.made("".join(pieces))


def write(value: Value, line: str, gap: str, pieces: list[str], budget: Budget) -> bool:
    """Append the value; ``line`` is the line break and indentation of where it stands. False if there is no text."""
    if isinstance(value, SafeString):
        value = value.text
    if isinstance(value, list):
        write_list(value, line, gap, pieces, budget)
    elif isinstance(value, dict):
        write_record(value, line, gap, pieces, budget)
    elif value is UNDEFINED:
        return False
    else:
        pieces.append(scalar(value, budget))
    return True


def scalar(value: Value, budget: Budget) -> str:
    if isinstance(value, str):
        return budget.made(text_literal(value))
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, Regex):
        return "{}"
    if isinstance(value, TemplateCallable):
        raise Fault("Callable values cannot be serialized")
    raise Fault("Unknown value cannot be serialized")


def text_literal(text: str) -> str:
    literal = quoted(text if type(text) is str else str(text))
    if has_surrogates(literal):
        return LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", literal)
    return literal


def write_list(items: list[Value], line: str, gap: str, pieces: list[str], budget: Budget) -> None:
    if not items:
        pieces.append("[]")
        return
    budget.charge(len(items))
    inner = line + gap
    before = "[" + inner
    for item in items:
        pieces.append(before)
        if not write(item, inner, gap, pieces, budget):
            pieces.append("null")
        before = "," + inner
    pieces.append(line + "]")


def write_record(entries: dict[str, Value], line: str, gap: str, pieces: list[str], budget: Budget) -> None:
    budget.charge(len(entries))
    inner = line + gap
    before = "{" + inner
    colon = ": " if gap else ":"
    for key, item in entries.items():
        if item is UNDEFINED:
            continue
        pieces.append(f"{before}{text_literal(key)}{colon}")
        write(item, inner, gap, pieces, budget)
        before = "," + inner
    pieces.append("{}" if before[0] == "{" else line + "}")
