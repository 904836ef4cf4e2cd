"""Path patterns as Backstage's configuration writes them (minimatch): ``*``, ``**``, ``?``, ``[ab]``, ``{a,b}``."""

from __future__ import annotations

import re


def compile_glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """A regular expression for whole texts. ``*`` and ``?`` stay inside one path segment, ``**`` crosses them."""
    return re.compile(_translate(pattern) + r"\Z", re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _translate(pattern: str) -> str:
    out: list[str] = []
    braces = 0
    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        character = pattern[position]
        step = 1
        if rest.startswith("**/"):
            out.append("(?:[^/]*/)*")
            step = 3
        elif rest.startswith("**"):
            out.append(".*")
            step = 2
        elif character == "*":
            out.append("[^/]*")
        elif character == "?":
            out.append("[^/]")
        elif character == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inside = rest[1:end].replace("\\", r"\\")
            out.append(f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]")
            step = end + 1
        elif character == "{" and "}" in rest:
            braces += 1
            out.append("(?:")
        elif character == "}" and braces:
            braces -= 1
            out.append(")")
        elif character == "," and braces:
            out.append("|")
        else:
            out.append(re.escape(character))
        position += step
    return "".join(out)
