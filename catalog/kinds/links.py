"""Addresses that a browser would run as a script, taken out of an entity's links."""

from __future__ import annotations

import re
from typing import Any

from catalog.entity_ref import SCRIPT_PROTOCOL

# As SCRIPT_PROTOCOL: browsers ignore control characters before a scheme.
OTHER_DANGEROUS = re.compile(r"^[\x00-\x20]*(?:vbscript|data|file)\s*:", re.I)


def clean_links(entity: dict[str, Any]) -> None:
    """A bad link loses its ``url``, in place. The entity is never refused for it."""
    for link in entity["metadata"].get("links") or ():
        url = link.get("url", "")
        if SCRIPT_PROTOCOL.match(url) or OTHER_DANGEROUS.match(url):
            del link["url"]
