"""JSON answers, spelled as Backstage spells them. Stored text goes out untouched."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.http import HttpResponse

CONTENT_TYPE = "application/json; charset=utf-8"


def json_text_response(text: bytes | str, status: int = 200) -> HttpResponse:
    """An answer whose body is JSON already."""
    return HttpResponse(text, content_type=CONTENT_TYPE, status=status)


def json_response(value: Any, status: int = 200) -> HttpResponse:
    return json_text_response(to_json(value), status)


def to_json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        # Half a surrogate pair, or a number of more than 64 bits: people send such, and messages quote it.
        return json.dumps(value, separators=(",", ":")).encode()
