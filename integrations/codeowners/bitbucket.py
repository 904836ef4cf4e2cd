"""
Bitbucket's CODEOWNERS, of Cloud and of Data Center: the last line that fits holds.

An owner may be followed by how many of a group are to review, as in ``@team/backend:random(2)``. That says nothing about
who owns, and is left out.

https://support.atlassian.com/bitbucket-cloud/docs/set-up-and-use-code-owners/
"""

from __future__ import annotations

import re

from integrations.codeowners.ignore_pattern import parse_ignore_pattern
from integrations.codeowners.lines import split_line, unescape
from integrations.codeowners.model import Fault, Rule, RuleGroup
from integrations.codeowners.pattern_table import PatternTable

PLACES = (".bitbucket/CODEOWNERS",)

_SELECTION = re.compile(r":(?:all|(?:random|least_busy)(?:\(\d*\))?)$")
_OWNER = re.compile(r"@[\w .-]+(?:/[\w .-]+)?|[^@\s]+@[^@\s]+")


def parse_bitbucket(text: str) -> tuple[tuple[RuleGroup, ...], tuple[Fault, ...]]:
    """Rules and faults. A line with a bad pattern is left out, and so is an owner that is none."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    table = PatternTable()
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        pattern, words = split_line(content)
        try:
            table.add(len(rules), parse_ignore_pattern(pattern, enters_folders=True))
        except ValueError as error:
            faults.append(Fault(number, line.strip(), str(error)))
            continue
        owners = {word: _SELECTION.sub("", unescape(word)) for word in words}
        bad = [word for word, owner in owners.items() if not _OWNER.fullmatch(owner)]
        faults += [
            Fault(number, line.strip(), f"'{word}' is no owner on the form @user, @workspace/group or user@example.com")
            for word in bad
        ]
        rules.append(Rule(number, pattern, tuple(dict.fromkeys(owners[word] for word in words if word not in bad))))
    return (RuleGroup(tuple(rules), table),), tuple(faults)
