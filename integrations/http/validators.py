"""
What makes the next read of a URL conditional. One text, opaque to callers, stands for either of HTTP's two ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

BY_DATE = "last-modified:"
# A file may change twice within the second that its date names; only an older date proves anything.
SETTLED = timedelta(seconds=2)


def validator_of(headers: Mapping[str, str]) -> str | None:
    """The answer's etag, else its date if that is reliable."""
    etag = headers.get("etag")
    if etag:
        return etag
    modified = headers.get("last-modified")
    return f"{BY_DATE}{modified}" if modified and _is_settled(modified, headers.get("date")) else None


def conditions(validator: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a conditional request. What could break the request is left out."""
    headers = {}
    if validator and validator.startswith(BY_DATE):
        last_modified = last_modified or validator.removeprefix(BY_DATE)
    elif validator:
        headers["If-None-Match"] = validator
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}


def _is_settled(modified: str, date: str | None) -> bool:
    try:
        return parsedate_to_datetime(date or "") - parsedate_to_datetime(modified) >= SETTLED
    except (ValueError, TypeError):
        return False
