"""Scopes of access tokens: texts of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def split_scope(text: str) -> list[str]:
    return [word for word in re.split(r"[\s|,]", text) if word]


def join_scopes(*words: Iterable[str]) -> str:
    """Each word once, in the order of their first."""
    return " ".join(dict.fromkeys(word for some in words for word in some))
