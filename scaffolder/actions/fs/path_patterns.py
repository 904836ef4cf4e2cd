"""Path patterns as the npm packages ``globby`` and ``micromatch`` read them, for lists of paths instead of a disk."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from common.errors import InputError

MOST_ALTERNATIVES = 1000
MAGIC = re.compile(r"[*?\[{(\\]")
SLASHES = re.compile(r"/{2,}")
LONGEST_PATTERN = 1024
# Extended patterns, such as +(a|b). What is not to match cannot be said in RE2.
GROUPS = {"?": "(?:{})?", "*": "(?:{})*", "+": "(?:{})+", "@": "(?:{})"}


class PathPatterns:
    """
    Which paths a list of patterns means. ``folders`` are those that there are: the name of one means all in it.

    ``*`` and ``?`` stay within one name and match hidden ones too; ``**`` crosses folders. A pattern that begins with
    ``!`` takes away from what those before it match; one that ends with ``/`` matches folders only. Raises InputError
    for a pattern that cannot be one.
    """

    def __init__(self, patterns: Sequence[str], folders: Collection[str] = ()) -> None:
        self._folders = frozenset(folders)
        self._rules = [_rule(pattern, self._folders) for pattern in patterns]

    def matches(self, path: str) -> bool:
        """``path`` is relative and has no slash at its end."""
        is_meant = False
        for rule in self._rules:
            if is_meant == rule.is_negative and rule.matches(path, self._folders):
                is_meant = not rule.is_negative
        return is_meant


@dataclass(frozen=True, slots=True)
class _Rule:
    """``start`` is the folder where the search begins, which itself is never found."""

    pattern: str
    expression: Any
    is_negative: bool
    only_folders: bool
    start: str | None

    def matches(self, path: str, folders: frozenset[str]) -> bool:
        if path == self.start or (self.only_folders and path not in folders):
            return False
        return path == self.pattern or self.expression.fullmatch(path) is not None


def _rule(text: str, folders: frozenset[str]) -> _Rule:
    is_negative = text.startswith("!") and not text.startswith("!(")
    pattern = text.removeprefix("!") if is_negative else text
    if not pattern:
        raise InputError("An empty text is no pattern for paths")
    name = pattern.rstrip("/").removeprefix("./")
    is_folder = name in folders
    if pattern in (".", "./"):
        pattern = "**"
    elif is_folder:
        pattern = f"{name}/**"
    only_folders = pattern.endswith("/")
    pattern = SLASHES.sub("/", pattern.rstrip("/"))
    # What is searched for below a folder that is spelt out does not include that folder.
    prefix = pattern.removesuffix("/**")
    start = prefix if prefix != pattern and not is_negative and not MAGIC.search(prefix) else None
    return _Rule(pattern, _compiled(pattern), is_negative, only_folders, start)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    """RE2, since a pattern of many stars would keep Python's own engine busy for ever."""
    if len(pattern) > LONGEST_PATTERN:
        raise InputError(f"The pattern '{pattern[:100]}…' has more than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(_Translation(pattern).run(), options)
    except (re2.error, RecursionError):
        raise InputError(f"'{pattern[:100]}' is not a pattern for paths") from None


class _Translation:
    """One pattern as a regular expression, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def run(self) -> str:
        return self._up_to(len(self._text))

    def _up_to(self, end: int) -> str:
        out = []
        while self._at < end:
            out.append(self._next())
        return "".join(out)

    def _next(self) -> str:
        text, at = self._text, self._at
        character = text[at]
        if character == "\\" and at + 1 < len(text):
            self._at += 2
            return str(re2.escape(text[at + 1]))
        if text[at:] == "/**":
            self._at = len(text)
            return "(?:/.*)?"
        if character in "?*+@!" and text[at + 1 : at + 2] == "(" and (end := _closing(text, at + 1, "()")) > 0:
            return self._group(character, end)
        if character == "*":
            return self._stars()
        if character == "{" and (end := _closing(text, at, "{}")) > 0:
            return self._braces(end)
        if character == "[" and (end := text.find("]", at + 2)) > 0:
            return self._class(end)
        self._at += 1
        return "[^/]" if character == "?" else str(re2.escape(character))

    def _stars(self) -> str:
        start = self._at
        while self._text[self._at : self._at + 1] == "*":
            self._at += 1
        fills_name = self._text[start - 1 : start] in ("", "/") and self._text[self._at : self._at + 1] in ("", "/")
        if self._at - start != 2 or not fills_name:
            return "[^/]*"
        if self._at == len(self._text):
            return ".+"
        self._at += 1
        return "(?:.*/)?"

    def _group(self, kind: str, end: int) -> str:
        if kind not in GROUPS:
            raise InputError(
                f"'{self._text[:100]}' has a part '!(…)', which is not supported; begin a pattern with '!'"
            )
        choices = [_Translation(choice).run() for choice in _split(self._text[self._at + 2 : end], "|", "()")]
        self._at = end + 1
        return GROUPS[kind].format("|".join(choices))

    def _braces(self, end: int) -> str:
        inside = self._text[self._at + 1 : end]
        choices = _split(inside, ",", "{}")
        if len(choices) == 1:
            choices = _range(inside)
        if not choices:
            # Braces around one thing mean themselves, as in {{ name }}.
            self._at += 1
            middle = self._up_to(end)
            self._at = end + 1
            return r"\{" + middle + r"\}"
        self._at = end + 1
        return "(?:" + "|".join(_Translation(choice).run() for choice in choices) + ")"

    def _class(self, end: int) -> str:
        inside = self._text[self._at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
        self._at = end + 1
        return f"[^/{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"


def _closing(text: str, start: int, pair: str) -> int:
    """Where the bracket at ``start`` is closed, or -1."""
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == pair[0]) - (text[position] == pair[1])
        if depth == 0:
            return position
    return -1


def _split(text: str, separator: str, pair: str) -> list[str]:
    """At the separators that no brackets are around."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == pair[0]) - (character == pair[1])
        if character == separator and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _range(text: str) -> list[str]:
    """Of ``1..3`` or ``a..c``; nothing for any other text."""
    first, dots, last = text.partition("..")
    if not dots:
        return []
    if first.isascii() and last.isascii() and first.isdigit() and last.isdigit() and len(first) + len(last) < 12:
        low, high = sorted((int(first), int(last)))
        if high - low >= MOST_ALTERNATIVES:
            raise InputError(f"The pattern '{{{text}}}' has more than {MOST_ALTERNATIVES} alternatives")
        return [str(number) for number in range(low, high + 1)]
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha() and first.isascii() and last.isascii():
        low, high = sorted((ord(first), ord(last)))
        return [chr(code) for code in range(low, high + 1)]
    return []
