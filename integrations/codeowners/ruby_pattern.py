"""
GitLab's patterns: those of Ruby's ``File.fnmatch`` with FNM_PATHNAME and FNM_DOTMATCH.

``**/`` stands for any folders, ``*`` and ``?`` stay within one, and ``[a-z]`` is one of these characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from integrations.codeowners.pattern_table import Shape
from integrations.codeowners.wildcards import check_size, is_literal

NOTHING = Shape()
EVERYTHING_BELOW = "/**/*"
ANYWHERE = "**/"


def parse_ruby_pattern(pattern: str) -> Shape:
    """``pattern`` begins with a slash. Raises ValueError if it is too long; one that fits nothing is none."""
    check_size(pattern)
    text = pattern[1:]
    folder = text.removesuffix(EVERYTHING_BELOW)
    name = folder.removeprefix(ANYWHERE)
    if not is_literal(name) or not name:
        regex = _Translation(text).run()
        return NOTHING if regex is None else Shape(regex=regex)
    is_folder, is_anywhere = folder != text, name != folder
    if not is_anywhere:
        return Shape(below=name) if is_folder else Shape(path=name)
    if "/" in name:
        return Shape(regex=f"(?:.*/)?{re.escape(name)}{'/.+' if is_folder else ''}")
    return Shape(within=name) if is_folder else Shape(name=name)


@dataclass(slots=True)
class _Translation:
    """From a pattern to a regular expression, one character after the other."""

    text: str
    position: int = 0

    def run(self) -> str | None:
        """None if the pattern fits nothing: a bracket is never closed, or has nothing in it."""
        out: list[str] = []
        is_start = True
        while self.position < len(self.text):
            if is_start and self.text.startswith(ANYWHERE, self.position):
                while self.text.startswith(ANYWHERE, self.position):
                    self.position += len(ANYWHERE)
                out.append("(?:.*/)?")
                is_start = False
                continue
            part = self._next()
            if part is None:
                return None
            is_start = part == "/"
            if part != "[^/]*" or not out or out[-1] != part:
                out.append(part)
        return "".join(out)

    def _next(self) -> str | None:
        character = self.text[self.position]
        self.position += 1
        if character == "*":
            return "[^/]*"
        if character == "?":
            return "[^/]"
        if character == "[":
            return self._bracket()
        if character == "\\" and self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
        return re.escape(character)

    def _bracket(self) -> str | None:
        is_negated = self.text[self.position : self.position + 1] in ("!", "^")
        self.position += is_negated
        ranges: list[tuple[str, str]] = []
        while (first := self._member()) is not None:
            last = first
            if self.text.startswith("-", self.position) and not self.text.startswith("-]", self.position):
                self.position += 1
                escaped = self._escaped()
                if escaped is None:
                    return None
                last = escaped
            # A range that runs backwards still holds both its ends.
            ranges.extend([(first, last)] if first <= last else [(first, first), (last, last)])
        if not self.text.startswith("]", self.position):
            return None
        self.position += 1
        return _class_of(ranges, is_negated)

    def _member(self) -> str | None:
        return None if self.text.startswith("]", self.position) else self._escaped()

    def _escaped(self) -> str | None:
        if self.text.startswith("\\", self.position):
            self.position += 1
        character = self.text[self.position : self.position + 1]
        self.position += 1
        return character or None


def _class_of(ranges: list[tuple[str, str]], is_negated: bool) -> str | None:
    """No class fits a slash, whatever it says."""
    code = [f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}" for first, last in _without_slash(ranges)]
    if is_negated:
        return f"[^/{''.join(code)}]"
    return f"[{''.join(code)}]" if code else None


def _without_slash(ranges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for first, last in ranges:
        if not first <= "/" <= last:
            kept.append((first, last))
            continue
        if first < "/":
            kept.append((first, "."))
        if last > "/":
            kept.append(("0", last))
    return kept
