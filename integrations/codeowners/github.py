"""
GitHub's CODEOWNERS: the last line that fits holds, a line with a fault is left out, and comments may end a line.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re

from integrations.codeowners.ignore_pattern import parse_ignore_pattern
from integrations.codeowners.lines import split_line
from integrations.codeowners.model import Fault, Rule, RuleGroup
from integrations.codeowners.pattern_table import PatternTable

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

_OWNER = re.compile(
    r"@[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)?"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
)


def parse_github(text: str) -> tuple[tuple[RuleGroup, ...], tuple[Fault, ...]]:
    """Rules and faults. Whether owners exist is not known here."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    table = PatternTable()
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        try:
            rule = _parse_rule(number, content)
            table.add(len(rules), parse_ignore_pattern(rule.pattern))
        except ValueError as error:
            faults.append(Fault(number, line.strip(), str(error)))
        else:
            rules.append(rule)
    return (RuleGroup(tuple(rules), table),), tuple(faults)


def _parse_rule(number: int, content: str) -> Rule:
    pattern, owners = split_line(content)
    for owner in owners:
        if not _OWNER.fullmatch(owner):
            raise ValueError(f"'{owner}' is no owner on the form @user, @organization/team or user@example.com")
    return Rule(number, pattern, tuple(owners))
