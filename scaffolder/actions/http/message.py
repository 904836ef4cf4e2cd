"""What a request says: its headers and its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from common.errors import InputError
from scaffolder.actions.http.address import text_of
from scaffolder.actions.roadiehq.json_text import stringify

JSON = "application/json"
TEXT = "text/plain;charset=UTF-8"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")
# Those say how the message itself is sent, which is not the template's to decide.
OURS = frozenset(
    ("connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)


def build_headers(given: Mapping[str, Any] | None) -> dict[str, str]:
    """By lower-case name. Raises InputError."""
    headers: dict[str, str] = {}
    for name, value in (given or {}).items():
        text = text_of(value, name).strip(" \t\r\n")
        if not _NAME.match(name) or not _VALUE.match(text):
            raise InputError(f"The header '{name[:100]}' has a name or value that no header may have")
        if name.lower() in OURS:
            raise InputError(f"The header '{name}' cannot be set by a template")
        headers[name.lower()] = text
    return headers


def build_body(body: Any, method: str, headers: dict[str, str]) -> bytes:
    """Values become JSON. Fills in the content type if there is a body and none is given. Raises InputError."""
    if body is None:
        return b""
    if method in ("GET", "HEAD"):
        raise InputError(f"A {method} request cannot have a body")
    if isinstance(body, str):
        headers.setdefault("content-type", TEXT)
        return body.encode()
    kind = headers.setdefault("content-type", JSON)
    if "json" not in kind.lower():
        raise InputError(f"A body of the type '{kind}' must be a text; values can only be sent as JSON")
    return stringify(body).encode()
