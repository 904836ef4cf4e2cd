"""
GitLab's CODEOWNERS: sections that hold side by side, and in each of them the last line that fits.

What GitLab reports as an error is a fault here; where it goes on in spite of it, so do we.

https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from integrations.codeowners.model import Fault, Rule, RuleGroup
from integrations.codeowners.pattern_table import PatternTable, Shape
from integrations.codeowners.ruby_pattern import parse_ruby_pattern

PLACES = ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
# The section of what stands before the first heading.
DEFAULT = "codeowners"
BLANK = " \t\n\v\f\r\0"

_HEADING = re.compile(
    r"(?P<optional>\^)?\[(?P<name>.*?)\](?:\[(?P<approvals>\d*?)\])?(?P<owners>\s+[@\w.\-/\s+]*)?", re.ASCII
)
_UNFINISHED_HEADING = re.compile(r"\^?\[[^\]]+")
_SEPARATOR = re.compile(r"(?<!\\)\s+", re.ASCII)
_NAMESPACE = r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(?<=[A-Za-z0-9_-])"
_NAME = re.compile(rf"@{_NAMESPACE}(?:/{_NAMESPACE}){{0,20}}")
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{0,254}\w", re.ASCII)
_ROLE = re.compile(r"@@(?:developer|maintainer|owner)s?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class _Heading:
    name: str
    is_optional: bool = False
    approvals: int = 0
    owners: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    rule: Rule
    shape: Shape
    is_exclusion: bool


@dataclass(slots=True)
class _Reading:
    """Entries of each section by their normalised pattern: one that comes twice keeps its place, and is the last."""

    sections: dict[str, dict[str, _Entry]] = field(default_factory=lambda: {DEFAULT: {}})
    heading: _Heading = field(default_factory=lambda: _Heading(DEFAULT))
    faults: list[Fault] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        if heading := self._parse_heading(number, line):
            self.heading = heading
            self.sections.setdefault(heading.name, {})
        else:
            self._read_entry(number, line)

    def _parse_heading(self, number: int, line: str) -> _Heading | None:
        found = _HEADING.match(line)
        if not found:
            if _UNFINISHED_HEADING.fullmatch(line):
                self._blame(number, line, "the heading of a section has no ']', so that it is taken for a pattern")
            return None
        heading = _Heading(
            name=self._find_name(found["name"]),
            is_optional=bool(found["optional"]),
            approvals=int(found["approvals"][:9] or 0) if found["approvals"] else 0,
            owners=(found["owners"] or "").strip(BLANK),
        )
        if not heading.name.strip(BLANK):
            self._blame(number, line, "the section has no name")
        if heading.is_optional and heading.approvals:
            self._blame(number, line, "an optional section needs no approvals, so that their number means nothing")
        if heading.owners and not _parse_owners(heading.owners):
            self._blame(number, line, "the section's owners are none on the form @user, @group/subgroup or an e-mail")
        return heading

    def _find_name(self, name: str) -> str:
        """Sections of one name are one, whatever the letter case; the first heading alone is taken as it is."""
        if len(self.sections) == 1:
            return name
        return next((known for known in self.sections if known.casefold() == name.casefold()), name)

    def _read_entry(self, number: int, line: str) -> None:
        pattern, *rest = _SEPARATOR.split(line, maxsplit=1)
        owners = rest[0] if rest else ""
        is_exclusion = pattern.startswith("!")
        normal = normalize_pattern(pattern.removeprefix("!"))
        try:
            shape = parse_ruby_pattern(normal)
        except ValueError as error:
            self._blame(number, line, str(error))
            return
        rule = Rule(
            number,
            pattern,
            () if is_exclusion else self._choose_owners(number, line, owners),
            "" if self.heading.name == DEFAULT else self.heading.name,
            self.heading.is_optional,
            0 if self.heading.is_optional else max(1, self.heading.approvals),
        )
        self.sections[self.heading.name][normal] = _Entry(rule, shape, is_exclusion)

    def _choose_owners(self, number: int, line: str, owners: str) -> tuple[str, ...]:
        for word in owners.split():
            if not _parse_owners(word):
                self._blame(number, line, f"'{word}' is no owner on the form @user, @group/subgroup or an e-mail")
        chosen = owners or self.heading.owners
        if not chosen:
            self._blame(number, line, "there are no owners, neither here nor at the section, so that nobody approves")
        return _parse_owners(chosen)

    def _blame(self, number: int, line: str, reason: str) -> None:
        self.faults.append(Fault(number, line, reason))


def parse_gitlab(text: str) -> tuple[tuple[RuleGroup, ...], tuple[Fault, ...]]:
    """Sections and faults. Whether owners exist is not known here."""
    reading = _Reading()
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip(BLANK)
        if line and not line.startswith("#"):
            reading.read(number, line)
    groups = tuple(_group(list(entries.values())) for entries in reading.sections.values() if entries)
    return groups, tuple(reading.faults)


def _group(entries: list[_Entry]) -> RuleGroup:
    """A section is optional only if each of its headings says so."""
    is_optional = all(entry.rule.is_optional for entry in entries)
    rules: list[Rule] = []
    table, exclusions = PatternTable(), PatternTable()
    for place, entry in enumerate(entries):
        (exclusions if entry.is_exclusion else table).add(place, entry.shape)
        rules.append(replace(entry.rule, is_optional=is_optional))
    return RuleGroup(tuple(rules), table, exclusions)


def normalize_pattern(pattern: str) -> str:
    """From the top of the repository, with what GitLab adds where a pattern begins without or ends with a slash."""
    if pattern == "*":
        return "/**/*"
    normal = "#" + pattern[2:] if pattern.startswith("\\#") else pattern
    normal = re.sub(r"\\\s+", " ", normal, flags=re.ASCII)
    if not normal.startswith("/"):
        normal = f"/**/{normal}"
    return f"{normal}**/*" if normal.endswith("/") else normal


def _parse_owners(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(owner for word in text.split() for owner in _parse_word(word)))


def _parse_word(word: str) -> list[str]:
    """The owners that GitLab would find in it; more than one if they are not parted by blanks."""
    if _ROLE.fullmatch(word):
        return [word]
    if word.startswith("@"):
        found = (name for name in _NAME.finditer(word) if _begins(word, name.start()))
        return [name.group() for name in found if not name.group().endswith((".git", ".atom"))]
    email = _EMAIL.match(word)
    return [email.group()] if email else []


def _begins(word: str, start: int) -> bool:
    before = word[start - 1 : start]
    return not before or not (before == "@" or before == "_" or (before.isascii() and before.isalnum()))
