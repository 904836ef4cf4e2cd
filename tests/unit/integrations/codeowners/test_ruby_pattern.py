"""GitLab's patterns against a matcher that tries everything, written after Ruby's description of ``File.fnmatch``."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.codeowners.gitlab import normalize_pattern
from integrations.codeowners.pattern_table import PatternTable
from integrations.codeowners.ruby_pattern import parse_ruby_pattern

NAMES = st.text(alphabet="ab-.", min_size=1, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PARTS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "*",
        "**",
        "?",
        "/",
        "/",
        "**/",
        "/**/",
        "\\a",
        "\\*",
        "[ab]",
        "[!a]",
        "[^b-]",
        "[a-b]",
        "[b-a]",
        "[",
    ]
)
PATTERNS = st.lists(PARTS, min_size=1, max_size=7).map("".join)


def fits(pattern, path):
    """Both begin with a slash."""

    @cache
    def from_here(at, to, is_start):
        rest, text = pattern[at:], path[to:]
        if not rest:
            return not text
        if is_start and rest.startswith("**/"):
            folders = [to] + [place + 1 for place in range(to, len(path)) if path[place] == "/"]
            return any(from_here(at + 3, place, True) for place in folders)
        head = rest[0]
        if head == "*":
            return from_here(at + 1, to, False) or (bool(text) and text[0] != "/" and from_here(at, to + 1, False))
        if not text:
            return False
        if head == "?":
            return text[0] != "/" and from_here(at + 1, to + 1, False)
        if head == "[":
            end, is_member = bracket(at + 1)
            return end is not None and text[0] != "/" and is_member(text[0]) and from_here(end, to + 1, False)
        length = 2 if head == "\\" and len(rest) > 1 else 1
        return rest[length - 1] == text[0] and from_here(at + length, to + 1, text[0] == "/")

    def bracket(at):
        end = pattern.find("]", at)
        if end < 0:
            return None, None
        inside = pattern[at:end]
        is_negated = inside[:1] in ("!", "^")
        inside = inside[is_negated:]
        members = set()
        for first, _, last in re.findall(r"(\\?.)(-(\\?.))?", inside):
            ends = {first[-1], last[-1:] or first[-1]}
            members |= ends | {other for other in "ab-." if first[-1] <= other <= last[-1:]}
        return end + 1, lambda character: (character in members) != is_negated

    return from_here(1, 1, True)


@settings(max_examples=500, deadline=None)
@given(pattern=PATTERNS, paths=st.lists(PATHS, min_size=3, max_size=12, unique=True))
def test_fits_what_ruby_fits(pattern, paths):
    normal = normalize_pattern(pattern)
    table = PatternTable()
    table.add(0, parse_ruby_pattern(normal))

    found = {path for path in paths if table.find_last(path) is not None}

    assert found == {path for path in paths if fits(normal, f"/{path}")}
