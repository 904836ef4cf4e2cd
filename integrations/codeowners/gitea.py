"""
Gitea's CODEOWNERS: patterns are regular expressions for whole paths, and every line that fits holds.

https://docs.gitea.com/usage/code-owners
"""

from __future__ import annotations

import re

from integrations.codeowners.model import Fault, Rule, RuleGroup
from integrations.codeowners.pattern_table import MAX_CHARACTERS, PatternTable, Shape
from integrations.codeowners.wildcards import MAX_LENGTH

PLACES = ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS")
EVERYTHING = Shape(regex=".*")

_TOKEN = re.compile(r"(?:\\.|[^\\ #])+")
_ESCAPE = re.compile(r"\\(.)")


def parse_gitea(text: str) -> tuple[tuple[RuleGroup, ...], tuple[Fault, ...]]:
    """One group for each line. A line whose expression is none is left out, and so is an owner that is none."""
    groups: list[RuleGroup] = []
    faults: list[Fault] = []
    characters = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        words = _split(line)
        if not words:
            continue
        characters += len(words[0])
        try:
            if characters > MAX_CHARACTERS:
                raise ValueError("the patterns are too many")
            groups.append(_parse_line(number, words))
        except ValueError as error:
            faults.append(Fault(number, line, str(error)))
        faults += [
            Fault(number, line, f"'{word}' is no owner on the form @user or @organization/team")
            for word in words[1:]
            if not _is_owner(word)
        ]
    return tuple(groups), tuple(faults)


def _split(line: str) -> list[str]:
    """Gitea takes the backslashes off before it reads the expression: ``\\\\.`` stands for ``\\.``."""
    words = []
    position = 0
    line = line.replace("\t", " ")
    while position < len(line):
        if line[position] == "#":
            break
        found = _TOKEN.match(line, position)
        if found:
            words.append(_ESCAPE.sub(r"\1", found.group()))
        position = found.end() if found else position + 1
    return words


def _parse_line(number: int, words: list[str]) -> RuleGroup:
    pattern, *owners = words
    if not owners:
        raise ValueError("there are no owners")
    if len(pattern) > MAX_LENGTH:
        raise ValueError(f"the pattern is longer than {MAX_LENGTH} characters")
    is_negative = pattern.startswith("!")
    fits = PatternTable()
    # Alternatives at the top reach around the anchors, as they do in Gitea.
    fits.add(0, Shape(regex=f"(?s:.*)(?:^{pattern.removeprefix('!')}$)(?s:.*)"))
    everything = PatternTable()
    everything.add(0, EVERYTHING)
    rule = Rule(number, pattern, tuple(filter(_is_owner, owners)))
    return RuleGroup((rule,), everything, fits) if is_negative else RuleGroup((rule,), fits)


def _is_owner(word: str) -> bool:
    return bool(re.fullmatch(r"@[\w.-]+(?:/[\w.-]+)?", word, re.ASCII))
