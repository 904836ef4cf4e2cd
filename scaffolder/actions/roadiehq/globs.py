"""Which files of the workspace a pattern names: ``*``, ``?``, ``**``, ``[ab]``, ``{a,b}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from common.errors import InputError
from scaffolder.workspace.workspace import Entry, Workspace

MOST_ALTERNATIVES = 256
WILDCARDS = re.compile(r"[*?\[{]")
BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")


def find_files(workspace: Workspace, pattern: str, *, with_dots: bool = False) -> Iterator[Entry]:
    """
    Files only, by path. Names that begin with a dot have to be spelt, unless ``with_dots`` is given.

    Raises NotAllowedError for a pattern that leads outside, InputError for one with too many alternatives.
    """
    patterns = [workspace.normalize(path).split("/") for path in _alternatives(pattern)]
    for entry in workspace.walk():
        names = entry.path.split("/")
        if not entry.is_folder and any(_matches(names, segments, with_dots) for segments in patterns):
            yield entry


def has_wildcards(pattern: str) -> bool:
    return WILDCARDS.search(pattern) is not None


def _alternatives(pattern: str) -> list[str]:
    """The pattern without braces, once for each way to choose among them."""
    found, done = [pattern], False
    while not done:
        done = True
        grown: list[str] = []
        for text in found:
            match = BRACES.search(text)
            if match is None:
                grown.append(text)
                continue
            done = False
            grown += [text[: match.start()] + choice + text[match.end() :] for choice in match.group(1).split(",")]
        found = grown
        if len(found) > MOST_ALTERNATIVES:
            raise InputError(f"The pattern '{pattern[:100]}' has more than {MOST_ALTERNATIVES} alternatives")
    return found


def _matches(names: list[str], segments: list[str], with_dots: bool) -> bool:
    """Places in the pattern that the names so far may have led to: at most as many as it has segments."""
    places = _past_stars({0}, segments)
    for name in names:
        reached = set()
        for place in places:
            if place == len(segments):
                continue
            if segments[place] == "**":
                if with_dots or not name.startswith("."):
                    reached.add(place)
            elif _names(segments[place], name, with_dots):
                reached.add(place + 1)
        places = _past_stars(reached, segments)
    return len(segments) in places


def _past_stars(places: set[int], segments: list[str]) -> set[int]:
    """``**`` may stand for no folder at all."""
    found = set(places)
    for place in sorted(places):
        while place < len(segments) and segments[place] == "**":
            place += 1
            found.add(place)
    return found


def _names(segment: str, name: str, with_dots: bool) -> bool:
    if name.startswith(".") and not segment.startswith(".") and not with_dots:
        return False
    return segment == name or _compiled(segment).fullmatch(name) is not None


@lru_cache(maxsize=256)
def _compiled(segment: str) -> Any:
    """RE2, since a pattern of many stars would keep Python's own engine busy for ever."""
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(_translate(segment), options)
    except re2.error:
        raise InputError(f"'{segment[:100]}' is not a pattern for file names") from None


def _translate(segment: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(segment):
        character = segment[position]
        end = segment.find("]", position + 2) if character == "[" else -1
        if end != -1:
            inside = segment[position + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            out.append(f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]")
            position = end
        elif character in "*?":
            out.append(".*" if character == "*" else ".")
        else:
            out.append(re2.escape(character))
        position += 1
    return "".join(out)
