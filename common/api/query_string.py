"""
Reads a query string as Backstage's server does: repeated names and ``name[]`` make a list.

Pure. What a parameter means is said by ``openapi.json`` and checked in ``request_check.py``.
"""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

from common.errors import InputError

MAX_LENGTH = 64 * 1024
MAX_PARAMETERS = 1000

# None stands for an object (``name[key]=x``), which no parameter of ours may be.
QueryValue: TypeAlias = "str | list[str | None]"

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_query_string(text: str, *, way_out: str = "") -> dict[str, QueryValue]:
    """
    Raises InputError if there is more to read than a person or a client ever sends.

    ``way_out`` says who takes longer questions.
    """
    if not text:
        return {}
    refuse_excess(text, way_out)
    values: dict[str, QueryValue] = {}
    for part in text.split("&"):
        raw_name, _, raw_value = part.partition("=")
        if not raw_name:
            continue
        name, bracket, inside = decode_part(raw_name).partition("[")
        value = decode_part(raw_value)
        if bracket and name:
            _add_to_list(values, name, value if _is_list_index(inside) else None)
        elif name in values:
            _add_to_list(values, name, value)
        else:
            values[name] = value
    return values


def refuse_excess(text: str, way_out: str) -> None:
    if len(text) > MAX_LENGTH:
        hint = f"; {way_out}" if way_out else ""
        raise InputError(f"The query string is {len(text)} characters long, and {MAX_LENGTH} are the limit{hint}")
    if text.count("&") >= MAX_PARAMETERS:
        raise InputError(f"The query string holds {text.count('&') + 1} parameters, and {MAX_PARAMETERS} are the limit")


def _is_list_index(inside: str) -> bool:
    return inside.endswith("]") and (inside == "]" or inside[:-1].isdecimal())


def _add_to_list(values: dict[str, QueryValue], name: str, value: str | None) -> None:
    present = values.setdefault(name, [])
    if isinstance(present, str):
        present = values[name] = [present]
    present.append(value)


def decode_part(text: str) -> str:
    """Percent escapes and ``+``; a text whose escapes are broken or not UTF-8 stays as it is."""
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    if _BROKEN_ESCAPE.search(text):
        return text
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return text
