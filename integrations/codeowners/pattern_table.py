"""
Many patterns, asked at once for the last one that fits a path.

Most lines of real files name a file or a folder. Those are looked up; only true patterns are tried one by one, from the
last to the first, on RE2, which takes linear time whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import re2

# What a compiled pattern may take of memory; RE2 refuses those that need more.
MAX_MEMORY = 2 * 1024 * 1024
# What the expressions of one file may have together. A real file of 3,000 lines has a tenth of it.
MAX_CHARACTERS = 500_000
# So many patterns are asked together whether any of them fits, before one after the other is.
CHUNK = 32

Fits = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What a pattern fits. All texts are names without wildcards.

    ``path``: this file; ``below``: everything in this folder; ``name``: each file that is called so; ``within``:
    everything in any folder that is called so; ``regex``: whatever fits this expression as a whole.
    """

    path: str | None = None
    below: str | None = None
    name: str | None = None
    within: str | None = None
    regex: str | None = None


@dataclass(slots=True)
class _Chunk:
    members: list[tuple[int, str, Fits]] = field(default_factory=list)
    any_fits: Fits | None = None

    def find_last(self, path: str) -> int | None:
        if len(self.members) == CHUNK:
            if self.any_fits is None:
                self.any_fits = _compile_any([regex for _, regex, _ in self.members])
            if not self.any_fits(path):
                return None
        return next((place for place, _, fits in reversed(self.members) if fits(path)), None)


class PatternTable:
    """Not to be changed once it has been asked."""

    def __init__(self) -> None:
        self._paths: dict[str, int] = {}
        self._below: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._within: dict[str, int] = {}
        self._chunks: list[_Chunk] = []
        self._characters = 0

    def add(self, place: int, shape: Shape) -> None:
        """Places rise from call to call. Raises ValueError if the pattern, or all of them, are too much to try."""
        for known, text in (
            (self._paths, shape.path),
            (self._below, shape.below),
            (self._names, shape.name),
            (self._within, shape.within),
        ):
            if text is not None:
                known[text] = place
        if shape.regex is not None:
            self._add_expression(place, shape.regex)

    def _add_expression(self, place: int, regex: str) -> None:
        self._characters += len(regex)
        if self._characters > MAX_CHARACTERS:
            raise ValueError("the patterns with wildcards are too many")
        fits = _compile(regex, MAX_MEMORY)
        if not self._chunks or len(self._chunks[-1].members) == CHUNK:
            self._chunks.append(_Chunk())
        self._chunks[-1].members.append((place, regex, fits))

    def find_last(self, path: str) -> int | None:
        """The place of the last pattern that fits the path of a file."""
        best = self._find_literal(path)
        encodable = path.encode("utf-8", "replace").decode()
        for chunk in reversed(self._chunks):
            if chunk.members[-1][0] < best:
                break
            found = chunk.find_last(encodable)
            if found is not None:
                return max(found, best)
        return best if best >= 0 else None

    def _find_literal(self, path: str) -> int:
        *folders, name = path.split("/")
        best = max(self._paths.get(path, -1), self._names.get(name, -1))
        if self._within and folders:
            best = max(best, *(self._within.get(folder, -1) for folder in folders))
        if self._below:
            end = path.find("/")
            while end >= 0:
                best = max(best, self._below.get(path[:end], -1))
                end = path.find("/", end + 1)
        return best


def _compile(regex: str, max_memory: int) -> Fits:
    options = re2.Options()
    options.max_mem = max_memory
    options.log_errors = False
    options.dot_nl = True
    try:
        fits: Fits = re2.compile(regex, options).fullmatch
    except re2.error as error:
        raise ValueError(f"the pattern cannot be tried: {error}") from error
    return fits


def _compile_any(expressions: list[str]) -> Fits:
    try:
        return _compile("|".join(f"(?:{regex})" for regex in expressions), CHUNK * MAX_MEMORY)
    except ValueError:
        # Together they are too much: then each is tried.
        return bool
