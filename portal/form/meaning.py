"""Between what stands in an input and the JSON that it means. What does not fit its type stays the text it is. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

import orjson

from catalog.entity_ref import EntityRef
from common.errors import InputError
from portal.form.field import MISSING, Choice, Missing
from portal.form.schema import Json

MAX_DIGITS = 300


def content_of(value: Json | Missing) -> str:
    """What stands in the input for a value."""
    if isinstance(value, str):
        return value
    return "" if isinstance(value, Missing) or value is None else json.dumps(value, ensure_ascii=False)


def lines_of(value: Json | Missing) -> str:
    """A list, one item in a line."""
    return "\n".join(map(content_of, value)) if isinstance(value, list) else content_of(value)


def read_text(content: str) -> Json | Missing:
    return content or MISSING


def read_number(content: str) -> Json | Missing:
    """A whole number has no fraction in JSON, however it was typed."""
    text = content.strip()
    if not text:
        return MISSING
    try:
        number = float(text) if len(text) < MAX_DIGITS and text.isascii() and "_" not in text else math.nan
    except ValueError:
        return content
    if not math.isfinite(number):
        return content
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def read_lines(content: str, *, are_numbers: bool) -> list[Json]:
    lines = [line.strip() for line in content.split("\n")]
    return [read_number(line) if are_numbers else line for line in lines if line]


def read_json(content: str) -> Json | Missing:
    if not content.strip():
        return MISSING
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content


def read_choice(content: str, choices: Iterable[Choice]) -> Json | Missing:
    """What the chosen one means; a choice that is not offered stays what it is, for the check to refuse."""
    if not content:
        return MISSING
    return next((choice.meaning for choice in choices if choice.value == content), content)


def read_ref(content: str, *, kind: str, namespace: str) -> Json | Missing:
    """A ref in full, if what was typed is one: ``platform`` among groups is ``group:default/platform``."""
    text = content.strip()
    if not text:
        return MISSING
    try:
        return str(EntityRef.parse(text, default_kind=kind, default_namespace=namespace or "default"))
    except InputError:
        return text
