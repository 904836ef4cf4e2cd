"""The words of regular expressions: how they are found in a pattern, and spelt for an engine."""

from __future__ import annotations

import re
from typing import Final

from scaffolder.templating.errors import SyntaxFault
from scaffolder.templating.regex_classes import DIGITS, SPACES, WORDS, complement

RE2: Final = "re2"
BACKTRACKING: Final = "regex"

GROUP_NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
QUANTIFIER = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
HEXADECIMAL: Final = {length: re.compile(f"[0-9a-fA-F]{{{length}}}") for length in (2, 4)}
OCTAL = re.compile(r"[0-3][0-7]{0,2}|[4-7][0-7]?")
DECIMAL = re.compile(r"\d+", re.ASCII)
NAMED_GROUP = re.compile(r"\(\?<(?![=!])")
CONTROL_ESCAPES: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
CLASS_ESCAPES: Final = {
    "d": DIGITS,
    "D": complement(DIGITS),
    "s": SPACES,
    "S": complement(SPACES),
    "w": WORDS,
    "W": complement(WORDS),
}
ANCHORS: Final = {
    (RE2, "^", False): r"\A",
    (RE2, "$", False): r"\z",
    (RE2, "^", True): "(?m:^)",
    (RE2, "$", True): "(?m:$)",
    (BACKTRACKING, "^", False): r"\A",
    (BACKTRACKING, "$", False): r"\Z",
    (BACKTRACKING, "^", True): r"(?:\A|(?<=[\n\r\u2028\u2029]))",
    (BACKTRACKING, "$", True): r"(?:\Z|(?=[\n\r\u2028\u2029]))",
    (RE2, "b", False): r"\b",
    (RE2, "B", False): r"\B",
    (BACKTRACKING, "b", False): r"(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))",
    (BACKTRACKING, "B", False): r"(?:(?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))",
}


def bounds(match: re.Match[str]) -> str:
    """``{n}``, ``{n,}`` or ``{n,m}``, its numbers kept within what engines can count."""
    least = capped(match.group(1))
    if match.group(2) is None:
        return f"{{{least}}}"
    if not match.group(3):
        return f"{{{least},}}"
    most = capped(match.group(3))
    if least > most:
        raise SyntaxFault("Numbers out of order in {} quantifier")
    return f"{{{least},{most}}}"


def capped(digits: str) -> int:
    return int(digits) if len(digits) < 10 else 1_000_000_000


def count_groups(source: str) -> tuple[int, bool]:
    """How many groups capture, and whether one of them has a name."""
    groups, named, in_class, index = 0, False, False, 0
    while index < len(source):
        character = source[index]
        if character == "\\":
            index += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(":
            has_name = NAMED_GROUP.match(source, index) is not None
            named = named or has_name
            groups += has_name or source[index + 1 : index + 2] != "?"
        index += 1
    return groups, named
