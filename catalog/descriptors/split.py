"""Where the documents of a file are. In YAML 1.2 a marker line ends a document, whatever it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_EMPTY_LINE = r"[ \t]*+(?:#[^\n]*+|\r?+)"
_NOTHING = re.compile(rf"(?:{_EMPTY_LINE}\n)*+{_EMPTY_LINE}\Z")
_PROLOGUE = re.compile(rf"(?:{_EMPTY_LINE}\n|%[^\n]*+(?:\n|\Z))*+")


@dataclass(frozen=True, slots=True)
class Slice:
    """One document of a file: from ``start`` to ``end``, with its ``---`` at ``marker`` if it has one."""

    start: int
    end: int
    marker: int | None

    @property
    def content(self) -> int:
        """Behind the marker."""
        return self.start if self.marker is None else self.marker + 3


def split_documents(text: str) -> Iterator[Slice]:
    """The documents of a file in order. Blanks and comments without a marker are none."""
    start, marker = 0, None
    for found in _MARKER.finditer(text):
        is_start = found[0] == "---"
        if marker is None and is_start and _PROLOGUE.fullmatch(text, start, found.start()):
            marker = found.start()
            continue
        yield from _document(text, Slice(start, found.start(), marker))
        start, marker = (found.start(), found.start()) if is_start else (found.end(), None)
    yield from _document(text, Slice(start, len(text), marker))


def _document(text: str, document: Slice) -> Iterator[Slice]:
    if document.marker is not None or not is_empty(text, document.start, document.end):
        yield document


def is_empty(text: str, start: int, end: int) -> bool:
    """Whether nothing but blanks and comments is there."""
    return _NOTHING.match(text, start, end) is not None


def prologue_end(text: str, document: Slice) -> int:
    """Where the directives and comments end that may stand before a document's marker."""
    found = _PROLOGUE.match(text, document.start, document.end)
    return found.end() if found else document.start
