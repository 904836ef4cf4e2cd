"""
Many patterns, asked at once for the last one that fits a path.

Most lines of real files name a file or a folder. Those are looked up; only true patterns are tried one by one, from the
last to the first, on RE2, which takes linear time whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import re2

# What a compiled pattern may take of memory; RE2 refuses those that need more.
MAX_MEMORY = 1024 * 1024


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


class PatternTable:
    """Not to be changed once it has been asked."""

    def __init__(self) -> None:
        self._paths: dict[str, int] = {}
        self._below: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._within: dict[str, int] = {}
        self._expressions: list[tuple[int, Callable[[str], object]]] = []

    def add(self, place: int, shape: Shape) -> None:
        """Places rise from call to call. Raises ValueError if the pattern needs too much memory."""
        for known, text in (
            (self._paths, shape.path),
            (self._below, shape.below),
            (self._names, shape.name),
            (self._within, shape.within),
        ):
            if text is not None:
                known[text] = place
        if shape.regex is not None:
            self._expressions.append((place, _compile(shape.regex)))

    def find_last(self, path: str) -> int | None:
        """The place of the last pattern that fits the path of a file."""
        best = self._find_literal(path)
        encodable = path.encode("utf-8", "replace").decode()
        for place, fits in reversed(self._expressions):
            if place < best:
                break
            if fits(encodable):
                return place
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


def _compile(regex: str) -> Callable[[str], object]:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.dot_nl = True
    try:
        compiled: Callable[[str], object] = re2.compile(regex, options).fullmatch
    except re2.error as error:
        raise ValueError(str(error)) from error
    return compiled
