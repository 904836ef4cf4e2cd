"""What a CODEOWNERS file says: rules, and what its host would not have understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from integrations.codeowners.pattern_table import PatternTable

Dialect = Literal["github", "gitlab", "bitbucket", "gitea"]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    ``owners`` are as they are written. None of them means that nobody owns these paths, whatever stands above.

    GitLab alone has sections: ``is_optional`` says that their approval is not required, ``approvals`` how many are.
    """

    line: int
    pattern: str
    owners: tuple[str, ...]
    section: str = ""
    is_optional: bool = False
    approvals: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """A line, or a part of it, that the host leaves out, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules of which one holds for a path: the last that fits it. ``table`` finds it by its place in ``rules``."""

    rules: tuple[Rule, ...]
    table: PatternTable
    exclusions: PatternTable = field(default_factory=PatternTable)

    def find_rule(self, path: str) -> Rule | None:
        place = self.table.find_last(path)
        if place is None or self.exclusions.find_last(path) is not None:
            return None
        return self.rules[place]


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """
    One file, read. ``path`` is where it lies in the repository; empty if there is none, and then nobody owns anything.

    Paths are those of files, from the top of the repository, with or without a slash before them.
    """

    path: str = ""
    dialect: Dialect = "github"
    groups: tuple[RuleGroup, ...] = ()
    faults: tuple[Fault, ...] = ()

    def owners_of(self, path: str) -> tuple[str, ...]:
        """The owners as they are written, those of all sections, each once."""
        return tuple(dict.fromkeys(owner for rule in self.rules_for(path) for owner in rule.owners))

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """The rules that hold for the path: one at most, and with GitLab one at most of each section."""
        wanted = path.removeprefix("/")
        found = (group.find_rule(wanted) for group in self.groups)
        return tuple(rule for rule in found if rule is not None)

    def list_rules(self) -> Sequence[Rule]:
        """All rules, as they follow each other in the file."""
        return sorted((rule for group in self.groups for rule in group.rules), key=lambda rule: rule.line)
