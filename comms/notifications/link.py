"""Which links a notification may carry: a click on one must not run anything."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from common.errors import InputError

# Browsers skip these inside of a URL, and the others before it.
_SKIPPED = re.compile(r"[\t\r\n]")
_BEFORE = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def ensure_safe_link(link: str) -> None:
    """A path in the frontend, or a web address. Raises InputError for all else."""
    plain = _SKIPPED.sub("", link).strip(_BEFORE)
    # The frontend puts a path below its own address, after which its first slash counts for nothing.
    for text in (plain, plain.lstrip("/\\").lstrip(_BEFORE)):
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in ("http", "https"):
            raise InputError(f"Invalid link provided: only HTTP/HTTPS links are allowed, and it is {link[:200]!r}")
        if scheme and not _has_host(text):
            raise InputError(f"Invalid link provided: {link[:200]!r} names no host")


def _has_host(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False
