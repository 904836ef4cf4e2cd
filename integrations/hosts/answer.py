"""What a code host's API answered, and typed access to what it says. Nothing in it is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from integrations.hosts.errors import HostSilentError

Json = Any
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """``what`` is how messages call the request. Names of headers do not mind their case."""

    what: str
    status: int
    data: bytes
    headers: Mapping[str, str]

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304

    @cached_property
    def json(self) -> Json:
        """Raises HostSilentError if it is not JSON."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            kind = self.headers.get("content-type", "nothing that it names")[:100]
            raise HostSilentError(f"{self.what}: it answered {self.status} with {kind}, not with JSON") from None

    def row(self) -> Row:
        """Raises HostSilentError if it is no object."""
        if isinstance(self.json, dict):
            return self.json
        raise HostSilentError(f"{self.what}: it answered with something that is not an object")

    def rows(self, key: str | None = None) -> list[Row]:
        """The objects of the answer's list, or of the list at ``key``. Raises HostSilentError if it is none."""
        found = self.row().get(key) if key else self.json
        if isinstance(found, list) and all(isinstance(row, dict) for row in found):
            return found
        where = f" at '{key}'" if key else ""
        raise HostSilentError(f"{self.what}: it answered without a list of objects{where}")


def text_of(row: Any, *keys: str, default: str = "") -> str:
    """The text or number at the end of the keys; what is not there, or something else, is the default."""
    value = value_of(row, *keys)
    if isinstance(value, str):
        return clean_text(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else default


def clean_text(text: str) -> str:
    """Without what neither an address nor a database can hold: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def value_of(row: Any, *keys: str) -> Any:
    for key in keys:
        row = row.get(key) if isinstance(row, dict) else None
    return row


def number_of(row: Any, *keys: str) -> int:
    value = value_of(row, *keys)
    return int(value) if isinstance(value, int | float) and 0 <= value < 2**53 else 0


def needed(row: Any, *keys: str, what: str) -> str:
    """Raises HostSilentError if the host left the text out."""
    text = text_of(row, *keys)
    if not text:
        raise HostSilentError(f"{what}: it answered without '{'.'.join(keys)}'")
    return text
