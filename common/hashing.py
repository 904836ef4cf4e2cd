"""The hash by which we see that something has not changed. No secret depends on it."""

from __future__ import annotations

import hashlib


def content_hash(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
