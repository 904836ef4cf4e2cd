"""Breaking long lines where YAML reads the pieces as one."""

from __future__ import annotations

from dataclasses import dataclass, field

PLAIN = "plain"
QUOTED = "quoted"
BLOCK = "block"
ESCAPE_LENGTHS = {"x": 3, "u": 5, "U": 9}


@dataclass(frozen=True, slots=True)
class Fold:
    """
    The width and what is already on the first line; ``indent`` stands before each further one.

    ``start`` is how far the first line has come, None: as far as the indent.
    """

    indent: str
    width: float
    least: float
    start: int | None = None


@dataclass(slots=True)
class Folded:
    """``overflows``: a line is too long, and could not be broken."""

    text: str
    overflows: bool = False


def fold(text: str, how: Fold, mode: str) -> Folded:
    """Break at single spaces only; in double quotes, elsewhere too behind a backslash."""
    if not how.width or how.width < 0:
        return Folded(text)
    least = 0 if how.width < how.least else how.least
    step = max(1 + least, 1 + how.width - len(how.indent))
    if len(text) <= step:
        return Folded(text)
    return _Folding(text, how, mode, step, least).run()


@dataclass(slots=True)
class _Folding:
    text: str
    how: Fold
    mode: str
    step: float
    least: float
    folds: list[int] = field(default_factory=list)
    escaped: set[int] = field(default_factory=set)
    end: float = 0
    split: int = 0
    overflows: bool = False
    escape: tuple[int, int] = (-1, -1)

    def run(self) -> Folded:
        indent = len(self.how.indent)
        self._begin(indent)
        position = -1
        if self.mode == BLOCK:
            position = self._skip_indented(position)
            if position != -1:
                self.end = position + self.step
        before = ""
        while char := self._at(position := position + 1):
            if self.mode == QUOTED and char == "\\":
                position = self._pass_escape(position)
            if char == "\n":
                if self.mode == BLOCK:
                    position = self._skip_indented(position)
                self.end = position + indent + self.step
                self.split = 0
            else:
                if char == " " and before not in ("", " ", "\n", "\t"):
                    self._note_gap(position)
                if position >= self.end:
                    moved = self._break_before(position, before, char)
                    if moved is None:
                        return Folded(self.text, self.overflows)
                    position, char = moved
            before = char
        return Folded(self._joined(), self.overflows)

    def _begin(self, indent: int) -> None:
        self.end = self.how.width - indent
        if self.how.start is not None:
            if self.how.start > self.how.width - max(2, self.least):
                self.folds.append(0)
            else:
                self.end = self.how.width - self.how.start

    def _at(self, position: int) -> str:
        return self.text[position] if 0 <= position < len(self.text) else ""

    def _pass_escape(self, position: int) -> int:
        start = position
        position += ESCAPE_LENGTHS.get(self._at(position + 1), 1)
        self.escape = (start, position)
        return position

    def _note_gap(self, position: int) -> None:
        if self._at(position + 1) not in ("", " ", "\n", "\t"):
            self.split = position

    def _break_before(self, position: int, before: str, char: str) -> tuple[int, str] | None:
        """Where to go on, with the character there; None if the width is too small for an escape sequence."""
        if self.split:
            self.folds.append(self.split)
            self.end = self.split + self.step
            self.split = 0
        elif self.mode == QUOTED:
            while before in (" ", "\t"):
                before = char
                position += 1
                char = self._at(position)
                self.overflows = True
            start, end = self.escape
            place = position - 2 if position > end + 1 else start - 1
            place -= "\ud800" <= self._at(place) <= "\udbff"  # both halves of a character stay together
            if place in self.escaped:
                return None
            self.folds.append(place)
            self.escaped.add(place)
            self.end = place + self.step
        else:
            self.overflows = True
        return position, char

    def _skip_indented(self, position: int) -> int:
        """Lines that are indented further stay as they are. Where the last of them ends."""
        end, start = position, position + 1
        char = self._at(start)
        while char in (" ", "\t"):
            if position < start + len(self.how.indent):
                position += 1
                char = self._at(position)
                continue
            position = self.text.find("\n", position + 1)
            position = len(self.text) if position == -1 else position
            end, start = position, position + 1
            char = self._at(start)
        return end

    def _joined(self) -> str:
        if not self.folds:
            return self.text
        pieces = [self.text[: self.folds[0]]]
        line = f"\n{self.how.indent}"
        for number, place in enumerate(self.folds):
            end = self.folds[number + 1] if number + 1 < len(self.folds) else len(self.text)
            if place == 0:
                pieces = [line, self.text[:end]]
                continue
            if place in self.escaped:
                pieces.append(f"{self._at(place)}\\")
            pieces += [line, self.text[place + 1 : end]]
        return "".join(pieces)
