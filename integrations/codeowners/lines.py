"""Lines of CODEOWNERS: a pattern, blanks, and owners. A blank that follows a ``\\`` parts nothing."""

from __future__ import annotations

import re

_WORD = re.compile(r"(?:\\.|[^\\ \t])+\\?|\\")
_ESCAPE = re.compile(r"\\(.)")


def split_line(content: str) -> tuple[str, list[str]]:
    """The pattern and the owners, as they are written."""
    pattern, *owners = _WORD.findall(content)
    return pattern, owners


def unescape(word: str) -> str:
    return _ESCAPE.sub(r"\1", word)
