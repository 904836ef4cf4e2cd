"""
Finding many texts in one, at a cost that grows with the length of that one and not with their number.

Each text is filed under its first four characters. Where these occur, a binary search among those filed there finds
the longest that begins here. No regular expression is made from them: with a thousand secrets it would be slow to
make, and slow to try.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from scaffolder.redaction.forms import LONGEST, Form

HEAD = 4
BASE64_LEFT = re.compile(r"[A-Za-z0-9+/_-]")
BASE64_RIGHT = re.compile(r"[A-Za-z0-9+/_-]?(?:={1,2}|(?:%3[Dd]){1,2})?")

Span = tuple[int, int]


class Shelf:
    """Texts that begin alike."""

    def __init__(self) -> None:
        self._forms: dict[str, Form] = {}
        self._ordered: list[str] = []
        # Of each text, the lengths of those that it begins with; its own is the last one.
        self._lengths: dict[str, list[int]] = {}

    def add(self, form: Form) -> None:
        known = self._forms.get(form.text, form)
        self._forms[form.text] = Form(form.text, form.left or known.left, form.right or known.right)
        self._ordered = []

    def longest_at(self, text: str, start: int) -> Form | None:
        """The longest one that begins at ``start``."""
        if not self._ordered:
            self._order()
        window = text[start : start + LONGEST]
        position = bisect_right(self._ordered, window)
        if not position:
            return None
        # What begins the window sorts before it, and begins all that lies between the two.
        nearest = self._ordered[position - 1]
        if window.startswith(nearest):
            return self._forms[nearest]
        lengths = self._lengths[nearest]
        fitting = bisect_left(lengths, True, key=lambda length: not window.startswith(nearest[:length]))
        return self._forms[nearest[: lengths[fitting - 1]]] if fitting else None

    def _order(self) -> None:
        self._ordered = sorted(self._forms)
        beginnings: list[str] = []
        for text in self._ordered:
            while beginnings and not text.startswith(beginnings[-1]):
                beginnings.pop()
            beginnings.append(text)
            self._lengths[text] = [len(beginning) for beginning in beginnings]


class Finder:
    """
    Texts of at least four characters are found anywhere, shorter ones only where neither a letter nor a digit is
    next to them: else the secret ``on`` would take half of each word ``configuration``.
    """

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        self._short: set[str] = set()

    def add(self, form: Form) -> None:
        if len(form.text) < HEAD:
            self._short.add(form.text)
        else:
            self._shelves.setdefault(form.text[:HEAD], Shelf()).add(form)

    def spans(self, text: str) -> list[Span]:
        """Where they are, from left to right. Those that overlap or touch are one."""
        merged: list[Span] = []
        for start, end in sorted((*self._long_spans(text), *self._short_spans(text))):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def _long_spans(self, text: str) -> Iterator[Span]:
        shelves = self._shelves
        for start in [at for at in range(len(text) - HEAD + 1) if text[at : at + HEAD] in shelves]:
            form = shelves[text[start : start + HEAD]].longest_at(text, start)
            if form is not None:
                yield _with_shared_ends(text, form, start)

    def _short_spans(self, text: str) -> Iterator[Span]:
        for length in sorted({len(short) for short in self._short}):
            for start in range(len(text) - length + 1):
                end = start + length
                if text[start:end] in self._short and _stands_alone(text, start, end):
                    yield start, end


def _with_shared_ends(text: str, form: Form, start: int) -> Span:
    end = start + len(form.text)
    if form.right and (shared := BASE64_RIGHT.match(text, end)):
        end = shared.end()
    if form.left and start > 0 and BASE64_LEFT.match(text, start - 1):
        start -= 1
    return start, end


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum())
