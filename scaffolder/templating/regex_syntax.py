"""
JavaScript's regular expressions, read by its grammar and written again for another engine.

The grammar is the one without the ``u`` flag, web extras included: ``{`` may stand for itself, ``\\8`` is an 8.
What is written differs between engines only in how a character, an anchor and a look-around is spelt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scaffolder.templating.errors import SyntaxFault
from scaffolder.templating.limits import DEEPEST_NESTING
from scaffolder.templating.regex_classes import (
    LINE_ENDS,
    Ranges,
    complement,
    escaped,
    written_class,
)
from scaffolder.templating.regex_words import (
    ANCHORS,
    CLASS_ESCAPES,
    CONTROL_ESCAPES,
    DECIMAL,
    GROUP_NAME,
    HEXADECIMAL,
    OCTAL,
    QUANTIFIER,
    bounds,
    count_groups,
)


@dataclass(slots=True)
class Translation:
    """A pattern for one engine. ``needs_backtracking`` says that RE2 has no words for it."""

    pattern: str
    groups: int
    names: dict[str, int]
    needs_backtracking: bool


def translate(source: str, flags: str, engine: str) -> Translation:
    """The pattern in the engine's spelling. Raises SyntaxFault for what JavaScript refuses."""
    reader = PatternReader(source, "m" in flags, engine)
    pattern = reader.read_alternatives(0)
    if reader.position < len(source):
        raise SyntaxFault("Unmatched ')'")
    reader.check_references()
    if "i" in flags:
        pattern = f"(?i:{pattern})"
    return Translation(pattern, reader.groups, reader.names, reader.needs_backtracking)


@dataclass(slots=True)
class PatternReader:
    source: str
    multiline: bool
    engine: str
    position: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    references: list[str] = field(default_factory=list)
    needs_backtracking: bool = False
    total_groups: int = 0
    has_names: bool = False

    def __post_init__(self) -> None:
        self.total_groups, self.has_names = count_groups(self.source)

    def read_alternatives(self, depth: int) -> str:
        if depth > DEEPEST_NESTING:
            raise SyntaxFault("Regular expression is nested too deeply")
        written: list[str] = []
        while self.position < len(self.source) and self.source[self.position] != ")":
            if self.source[self.position] == "|":
                self.position += 1
                written.append("|")
            else:
                written.append(self.read_term(depth))
        return "".join(written)

    def read_term(self, depth: int) -> str:
        character = self.source[self.position]
        self.position += 1
        if character in "^$":
            return ANCHORS[self.engine, character, self.multiline]
        if character in "*+?" or (character == "{" and QUANTIFIER.match(self.source, self.position - 1)):
            raise SyntaxFault("Nothing to repeat")
        if character == "\\" and self.source[self.position : self.position + 1] in ("b", "B"):
            self.position += 1
            return ANCHORS[self.engine, self.source[self.position - 1], False]
        if character == "(":
            return self.read_group(depth)
        return self.repeated(self.read_atom(character))

    def read_atom(self, character: str) -> str:
        if character == ".":
            return written_class(complement(LINE_ENDS), self.engine)
        if character == "[":
            return self.read_class()
        if character == "\\":
            return self.read_escape()
        return escaped(ord(character), self.engine)

    def read_group(self, depth: int) -> str:
        rest = self.source[self.position : self.position + 3]
        if rest[:2] in ("?=", "?!"):
            return self.repeated(self.read_look_around(rest[:2], depth))
        if rest in ("?<=", "?<!"):
            return self.read_look_around(rest, depth)
        if rest[:2] == "?:":
            self.position += 2
            return self.repeated(f"(?:{self.read_body(depth)})")
        self.groups += 1
        group = self.groups
        if rest[:2] == "?<":
            self.name_group()
        elif rest[:1] == "?":
            raise SyntaxFault("Invalid group")
        body = self.read_body(depth)
        self.closed.add(group)
        return self.repeated(f"({body})")

    def read_look_around(self, opening: str, depth: int) -> str:
        self.needs_backtracking = True
        self.position += len(opening)
        return f"(?:({opening}{self.read_body(depth)}))"

    def read_body(self, depth: int) -> str:
        body = self.read_alternatives(depth + 1)
        if self.position >= len(self.source):
            raise SyntaxFault("Unterminated group")
        self.position += 1
        return body

    def name_group(self) -> None:
        name = self.read_name(self.position + 2)
        if name in self.names:
            raise SyntaxFault("Duplicate capture group name")
        self.names[name] = self.groups

    def read_name(self, start: int) -> str:
        match = GROUP_NAME.match(self.source, start)
        if match is None or self.source[match.end() : match.end() + 1] != ">":
            raise SyntaxFault("Invalid capture group name")
        self.position = match.end() + 1
        return match.group()

    def repeated(self, atom: str) -> str:
        """The atom with the quantifier that follows, if one does."""
        quantifier = self.source[self.position : self.position + 1]
        if quantifier == "{":
            match = QUANTIFIER.match(self.source, self.position)
            if match is None:
                return atom
            quantifier = bounds(match)
            self.position = match.end()
        elif quantifier and quantifier in "*+?":
            self.position += 1
        else:
            return atom
        if self.source[self.position : self.position + 1] == "?":
            self.position += 1
            quantifier += "?"
        return f"{atom}{quantifier}"

    def read_escape(self) -> str:
        if self.position >= len(self.source):
            raise SyntaxFault("\\ at end of pattern")
        character = self.source[self.position]
        if character in CLASS_ESCAPES:
            self.position += 1
            return written_class(CLASS_ESCAPES[character], self.engine)
        if character == "k" and self.has_names:
            return self.read_named_reference()
        if character in "123456789":
            reference = self.read_reference()
            if reference:
                return reference
        return escaped(self.read_character_escape(in_class=False), self.engine)

    def read_named_reference(self) -> str:
        self.position += 1
        if self.source[self.position : self.position + 1] != "<":
            raise SyntaxFault("Invalid named reference")
        name = self.read_name(self.position + 1)
        self.references.append(name)
        self.needs_backtracking = True
        return self.reference(self.names.get(name, self.total_groups + 1))

    def read_reference(self) -> str:
        """A reference to a group, if there are so many; other numbers are octal or plain."""
        digits = DECIMAL.match(self.source, self.position)
        if digits is None or len(digits.group()) > 5 or int(digits.group()) > self.total_groups:
            return ""
        self.position = digits.end()
        return self.reference(int(digits.group()))

    def reference(self, group: int) -> str:
        # A group that took no part matches as empty, and one that is not closed yet has taken none.
        self.needs_backtracking = True
        return f"(?({group})\\{group}(?:)|)" if group in self.closed else "(?:)"

    def check_references(self) -> None:
        if any(name not in self.names for name in self.references):
            raise SyntaxFault("Invalid named capture referenced")

    def read_character_escape(self, *, in_class: bool) -> int:
        """The code of an escaped character; the position is after its backslash."""
        character = self.source[self.position]
        self.position += 1
        if character in CONTROL_ESCAPES:
            return CONTROL_ESCAPES[character]
        if character in "xu":
            return self.read_hexadecimal(character, 2 if character == "x" else 4)
        if character == "c":
            return self.read_control(in_class=in_class)
        if character in "01234567":
            return self.read_octal(character)
        return ord(character)

    def read_hexadecimal(self, letter: str, length: int) -> int:
        match = HEXADECIMAL[length].match(self.source, self.position)
        if match is None:
            return ord(letter)
        self.position = match.end()
        return int(match.group(), 16)

    def read_control(self, *, in_class: bool) -> int:
        letter = self.source[self.position : self.position + 1]
        if letter.isascii() and (letter.isalpha() or (in_class and (letter.isdigit() or letter == "_"))):
            self.position += 1
            return ord(letter) % 32
        # Without a letter the backslash stands for itself, and the c is read again.
        self.position -= 1
        return ord("\\")

    def read_octal(self, first: str) -> int:
        match = OCTAL.match(self.source, self.position - 1)
        digits = match.group() if match else first
        self.position += len(digits) - 1
        return int(digits, 8)

    def read_class(self) -> str:
        negated = self.source[self.position : self.position + 1] == "^"
        self.position += negated
        ranges: Ranges = []
        while True:
            if self.position >= len(self.source):
                raise SyntaxFault("Unterminated character class")
            if self.source[self.position] == "]":
                self.position += 1
                return written_class(ranges, self.engine, negated=negated)
            ranges += self.read_class_range()

    def read_class_range(self) -> Ranges:
        low = self.read_class_atom()
        if self.source[self.position : self.position + 1] != "-" or self.source[
            self.position + 1 : self.position + 2
        ] in (
            "]",
            "",
        ):
            return low if isinstance(low, list) else [(low, low)]
        self.position += 1
        high = self.read_class_atom()
        if isinstance(low, int) and isinstance(high, int):
            if low > high:
                raise SyntaxFault("Range out of order in character class")
            return [(low, high)]
        sides: list[Ranges] = [side if isinstance(side, list) else [(side, side)] for side in (low, high)]
        return [*sides[0], (ord("-"), ord("-")), *sides[1]]

    def read_class_atom(self) -> int | Ranges:
        character = self.source[self.position]
        self.position += 1
        if character != "\\":
            return ord(character)
        if self.position >= len(self.source):
            raise SyntaxFault("\\ at end of pattern")
        escape = self.source[self.position]
        if escape in CLASS_ESCAPES:
            self.position += 1
            return list(CLASS_ESCAPES[escape])
        if escape == "b":
            self.position += 1
            return 8
        return self.read_character_escape(in_class=True)
