"""``$1``, ``$&`` and their kin in the text that replaces a match."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from scaffolder.templating.js_regex import Found, Subject

Groups = tuple[str | None, ...]
Text = Callable[[], str]
DOLLAR: Final = re.compile(r"\$(?:(?P<sign>[$&`'])|(?P<digits>[0-9]{1,2})|<(?P<name>[^>]*)>)")


def expanded_match(template: str, found: Found, subject: Subject, names: dict[str, int]) -> str:
    """The replacement for a match of a regular expression."""
    if "$" not in template:
        return template
    return expanded(
        template,
        lambda: subject.cut(0, found.start),
        subject.cut(found.start, found.end),
        lambda: subject.cut(found.end, subject.size),
        found.groups,
        names,
    )


def expanded(template: str, before: Text, matched: str, after: Text, groups: Groups, names: dict[str, int]) -> str:
    """The replacement for what stands between ``before`` and ``after``, which are only made if they are asked for."""

    def value(match: re.Match[str]) -> str:
        sign = match["sign"]
        if sign:
            return {"$": lambda: "$", "&": lambda: matched, "`": before, "'": after}[sign]()
        if match["digits"]:
            return numbered(match["digits"], groups)
        if not names:
            return match.group()
        return groups[names[match["name"]] - 1] or "" if match["name"] in names else ""

    return DOLLAR.sub(value, template)


def numbered(digits: str, groups: Groups) -> str:
    """Two digits if there are so many groups, else one digit and the other as it stands, else no group at all."""
    for length in range(len(digits), 0, -1):
        if 1 <= int(digits[:length]) <= len(groups):
            return (groups[int(digits[:length]) - 1] or "") + digits[length:]
    return f"${digits}"
