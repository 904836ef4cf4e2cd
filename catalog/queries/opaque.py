"""Texts that clients hand back unread: JSON in base64."""

from __future__ import annotations

import base64
import re
from typing import Any

import orjson

MAX_LENGTH = 1_000_000


def encode_opaque(content: Any) -> str:
    return base64.b64encode(orjson.dumps(content)).decode()


def decode_opaque(text: str) -> Any:
    """
    The content. As forgiving about the base64 as Node.js, since such texts pass through URLs.

    Raises OpaqueTextError, whose ``text`` is what could not be read as JSON.
    """
    if len(text) > MAX_LENGTH:
        raise OpaqueTextError("")
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/"))
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    decoded = base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")
    try:
        return orjson.loads(decoded)
    except orjson.JSONDecodeError:
        raise OpaqueTextError(decoded) from None


class OpaqueTextError(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
