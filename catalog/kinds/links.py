"""Addresses that a browser would run as a script, taken out of an entity's links."""

from __future__ import annotations

import re
from typing import Any

# Browsers skip control characters and blanks before a scheme, and tabs and line breaks inside of it.
_SCRIPT = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_SKIPPED = re.compile(r"^[\x00-\x20]+|[\t\r\n]+")


def is_script_url(url: str) -> bool:
    """Whether following the URL would run what it holds instead of going somewhere."""
    return _SCRIPT.match(_SKIPPED.sub("", url)) is not None


def clean_links(entity: dict[str, Any]) -> None:
    """A link to a script loses its ``url``, in place. The entity is never refused for it."""
    for link in entity["metadata"].get("links") or ():
        if is_script_url(link.get("url", "")):
            del link["url"]
