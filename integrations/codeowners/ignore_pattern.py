"""
The patterns of GitHub and Bitbucket: those of ``.gitignore``, without ``!``, ``[a-z]`` and ``\\#``.

With GitHub ``docs/*`` means the files in docs, and not what lies in folders below it.
"""

from __future__ import annotations

from integrations.codeowners.pattern_table import Shape
from integrations.codeowners.wildcards import check_size, is_literal, translate_segment


def parse_ignore_pattern(pattern: str, *, enters_folders: bool = False) -> Shape:
    """``enters_folders``: also if its last name is ``*``. Raises ValueError with what is wrong with it."""
    _check(pattern)
    segments = pattern.removeprefix("/").split("/")
    is_folder = segments[-1] == "" and len(segments) > 1
    if is_folder:
        segments.pop()
    is_anchored = pattern.startswith("/") or len(segments) > 1
    if is_literal(pattern):
        return _literal("/".join(segments), is_anchored, is_folder)
    return Shape(regex=_translate(segments, is_anchored, is_folder, enters_folders))


def _check(pattern: str) -> None:
    check_size(pattern)
    if pattern.startswith("!"):
        raise ValueError("a pattern cannot be negated with '!'")
    if "***" in pattern:
        raise ValueError(f"there are more than two '*' in a row, did you mean '{_shorten_stars(pattern)}'?")
    unescaped = _without_escapes(pattern)
    if unescaped.endswith("\\"):
        raise ValueError("the '\\' at the end escapes nothing")
    if "[" in unescaped or "]" in unescaped:
        raise ValueError("'[' and ']' must be escaped with a '\\'")


def _shorten_stars(pattern: str) -> str:
    while "***" in pattern:
        pattern = pattern.replace("***", "**")
    return pattern


def _without_escapes(pattern: str) -> str:
    kept = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            escaped = next(characters, None)
            kept.append("" if escaped is not None else "\\")
        else:
            kept.append(character)
    return "".join(kept)


def _literal(name: str, is_anchored: bool, is_folder: bool) -> Shape:
    if not name:
        return Shape()
    if is_anchored:
        return Shape(below=name, path=None if is_folder else name)
    return Shape(within=name, name=None if is_folder else name)


def _translate(segments: list[str], is_anchored: bool, is_folder: bool, enters_folders: bool) -> str:
    *parents, last = segments if is_anchored else ["**", *segments]
    regex = "".join("(?:.*/)?" if segment == "**" else f"{translate_segment(segment)}/" for segment in parents)
    if last == "**":
        return regex + (".*/.+" if is_folder else ".+")
    regex += "[^/]+" if last == "*" else translate_segment(last)
    if is_folder:
        return regex + "/.+"
    return regex + "(?:/.*)?" if last != "*" or enters_folders else regex
