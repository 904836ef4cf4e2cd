"""Wildcards within one segment of a path, as regular expressions."""

from __future__ import annotations

import re

WILDCARDS = "*?\\["
MAX_LENGTH = 1024
MAX_WILDCARDS = 64


def check_size(pattern: str) -> None:
    """Raises ValueError for what no person writes: matching takes pattern times path."""
    if len(pattern) > MAX_LENGTH:
        raise ValueError(f"the pattern is longer than {MAX_LENGTH} characters")
    if pattern.count("*") + pattern.count("?") > MAX_WILDCARDS:
        raise ValueError(f"the pattern has more than {MAX_WILDCARDS} wildcards")


def is_literal(pattern: str) -> bool:
    """Whether it means itself and nothing else."""
    return not any(character in pattern for character in WILDCARDS)


def translate_segment(segment: str) -> str:
    """``*``, ``?`` and ``\\``, none of which crosses a slash. What is escaped means itself."""
    out: list[str] = []
    characters = iter(segment)
    for character in characters:
        if character == "*":
            if not out or out[-1] != "[^/]*":
                out.append("[^/]*")
        elif character == "?":
            out.append("[^/]")
        else:
            out.append(re.escape(next(characters, "\\") if character == "\\" else character))
    return "".join(out)
