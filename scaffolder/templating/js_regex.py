"""
Regular expressions of templates at work: RE2, in time linear to the text; ``regex`` with a timeout for look-around,
references to groups and whatever else RE2 cannot do. Never Python's own engine, which nothing can interrupt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import re2
import regex  # type: ignore[import-untyped]

from scaffolder.templating.errors import Fault, LimitFault, SyntaxFault, TimeFault
from scaffolder.templating.limits import LONGEST_PATTERN, MOST_ENTRIES, Budget
from scaffolder.templating.regex_syntax import Translation, translate
from scaffolder.templating.regex_words import BACKTRACKING, RE2
from scaffolder.templating.utf16 import has_surrogates

RE2_MEMORY = 4 * 1024 * 1024
# Characters of the text times instructions of the program: what one search may cost at worst, and what a step pays.
MOST_SEARCH_WORK = 1_000_000_000
WORK_PER_STEP = 4_096
KEPT_PROGRAMS = 128
# More than fit into a template when they are as long as can be: none is read twice for it.
KEPT_PATTERNS = 512


@dataclass(frozen=True, slots=True)
class Found:
    """A match: where, and what each group holds. ``None`` is a group that took no part."""

    start: int
    end: int
    groups: tuple[str | None, ...]


class Subject(Protocol):
    """A text prepared for one engine. Positions are the engine's own, and only good for ``cut``."""

    size: int

    def find(self, start: int, budget: Budget) -> Found | None: ...

    def cut(self, start: int, end: int) -> str: ...

    def after(self, position: int) -> int:
        """The position one character on."""

    def position_of(self, index: int) -> int: ...

    def index_of(self, position: int) -> int: ...


@dataclass(frozen=True, slots=True)
class CompiledRegex:
    """A pattern in the spellings of both engines, each compiled when it is first needed."""

    source: str
    flags: str
    translation: Translation

    def subject(self, text: str) -> Subject:
        """The text, ready to be searched by the engine that this pattern and this text need."""
        if self.translation.needs_backtracking or has_surrogates(text) or self.splits_odd_lines(text):
            return BacktrackingSubject(backtracking_program(self.source, self.flags), text)
        program = re2_program(self.source, self.flags)
        if program is None:
            return BacktrackingSubject(backtracking_program(self.source, self.flags), text)
        return Re2Subject(program, text)

    def splits_odd_lines(self, text: str) -> bool:
        """RE2's lines end at a line feed alone."""
        return "m" in self.flags and any(end in text for end in "\r\u2028\u2029")


@lru_cache(maxsize=KEPT_PATTERNS)
def compiled(source: str, flags: str) -> CompiledRegex:
    """Read a pattern. Raises SyntaxFault if it is none, or too long."""
    if len(source) > LONGEST_PATTERN:
        raise SyntaxFault("Regular-expression literal exceeds the maximum length")
    return CompiledRegex(source, flags, translate(source, flags, RE2))


@lru_cache(maxsize=KEPT_PROGRAMS)
def re2_program(source: str, flags: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = RE2_MEMORY
    try:
        return re2.compile(translate(source, flags, RE2).pattern.encode(), options)
    except (re2.error, UnicodeEncodeError):
        return None


@lru_cache(maxsize=KEPT_PROGRAMS)
def backtracking_program(source: str, flags: str) -> regex.Pattern[str]:
    try:
        return regex.compile(translate(source, flags, BACKTRACKING).pattern, regex.V0, cache_pattern=False)
    except (regex.error, OverflowError) as error:
        raise Fault(f"Regular expression /{source}/ cannot be run: {error}") from error


class Re2Subject:
    """A text in UTF-8, as RE2 reads it."""

    __slots__ = ("program", "size", "text")

    def __init__(self, program: Any, text: str) -> None:
        self.program = program
        self.text = text.encode()
        self.size = len(self.text)
        if self.size * program.programsize > MOST_SEARCH_WORK:
            raise LimitFault("Regular expression and text are too large together")

    def find(self, start: int, budget: Budget) -> Found | None:
        budget.seconds_left()
        match = self.program.search(self.text, start)
        end = self.size if match is None else match.end()
        budget.charge(1 + (end - start) * self.program.programsize // WORK_PER_STEP)
        if match is None:
            return None
        groups = tuple(None if group is None else group.decode() for group in match.groups())
        return Found(match.start(), match.end(), groups)

    def cut(self, start: int, end: int) -> str:
        return self.text[start:end].decode()

    def after(self, position: int) -> int:
        position += 1
        while position < self.size and self.text[position] & 0xC0 == 0x80:
            position += 1
        return position

    def position_of(self, index: int) -> int:
        return len(self.text.decode()[:index].encode())

    def index_of(self, position: int) -> int:
        return len(self.text[:position].decode())


class BacktrackingSubject:
    """A text as it is, for an engine that may need long for it and is stopped by the clock."""

    __slots__ = ("program", "size", "text")

    def __init__(self, program: regex.Pattern[str], text: str) -> None:
        self.program = program
        self.text = text
        self.size = len(text)

    def find(self, start: int, budget: Budget) -> Found | None:
        budget.charge()
        try:
            match = self.program.search(self.text, start, timeout=budget.seconds_left())
        except TimeoutError as error:
            raise TimeFault(f"Regular expression took longer than {budget.limits.seconds} seconds") from error
        return None if match is None else Found(match.start(), match.end(), tuple(match.groups()))

    def cut(self, start: int, end: int) -> str:
        return self.text[start:end]

    def after(self, position: int) -> int:
        return position + 1

    def position_of(self, index: int) -> int:
        return index

    def index_of(self, position: int) -> int:
        return position


def matches(pattern: CompiledRegex, subject: Subject, start: int, budget: Budget) -> Iterator[Found]:
    """Every match from left to right, as the flag g finds them; with y each must begin where the last one ended."""
    position = start
    while position <= subject.size:
        found = subject.find(position, budget)
        if found is None or ("y" in pattern.flags and found.start != position):
            return
        yield found
        position = subject.after(found.end) if found.end == found.start else found.end


Write = Callable[[Found, Subject], str]


def replace(pattern: CompiledRegex, text: str, write: Write, budget: Budget, start: int = 0) -> tuple[str, int]:
    """
    The text with its matches rewritten, all with the flag g, else the first from ``start`` on; and where in the old
    text the last of them ended, 0 if there was none.
    """
    subject = pattern.subject(text)
    pieces: list[str] = []
    end = 0
    first = subject.position_of(start) if start else 0
    for found in matches(pattern, subject, first, budget) if start <= len(text) else ():
        pieces.append(subject.cut(end, found.start))
        pieces.append(budget.made(write(found, subject)))
        end = found.end
        if "g" not in pattern.flags:
            break
    last = subject.index_of(end) if pieces else 0
    pieces.append(subject.cut(end, subject.size))
    return budget.made("".join(pieces)), last


def split(pattern: CompiledRegex, text: str, limit: int, budget: Budget) -> list[str | None]:
    """``text.split(pattern, limit)``: the parts between matches, with what groups hold between them."""
    subject = pattern.subject(text)
    if text == "":
        return [] if limit == 0 or subject.find(0, budget) else [text]
    parts: list[str | None] = []
    last = position = 0
    while position < subject.size and len(parts) < limit:
        found = subject.find(position, budget)
        if found is None or found.start >= subject.size:
            break
        if found.end == last:
            position = subject.after(found.start)
            continue
        parts += [subject.cut(last, found.start), *found.groups]
        last = position = found.end
        if len(parts) > MOST_ENTRIES:
            budget.reserve_entries(len(parts))
    parts.append(subject.cut(last, subject.size))
    return parts[:limit]


def without(pattern: CompiledRegex, text: str, budget: Budget, replacement: str = "") -> str:
    """The text with its matches replaced by a fixed text."""
    return replace(pattern, text, lambda found, subject: replacement, budget)[0]


def count(pattern: CompiledRegex, text: str, budget: Budget) -> int:
    """How often it matches."""
    return sum(1 for _ in matches(pattern, pattern.subject(text), 0, budget))
