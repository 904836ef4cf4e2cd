"""The patterns of GitHub and Bitbucket against git's own matching of ``.gitignore``."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.codeowners.ignore_pattern import parse_ignore_pattern
from integrations.codeowners.pattern_table import PatternTable

NAMES = st.text(alphabet="ab.", min_size=1, max_size=3).filter(lambda name: set(name) != {"."})
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PARTS = st.sampled_from(["a", "b", ".", "*", "?", "/", "/", "**/", "/**", "/**/", "\\a", "\\*", "aa", "*.b", "@", "+"])


def is_plain(pattern):
    """
    Whether each ``**`` is a name of its own.

    For ``a**/b`` git cuts off the letters before the first wildcard, and then takes the rest for ``**/b``.
    """
    return all("**" not in name or name == "**" for name in pattern.split("/"))


PATTERNS = st.lists(PARTS, min_size=1, max_size=7).map("".join).filter(is_plain)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ignored")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def ignored(repository, pattern, paths, enters_folders):
    """
    Which of the paths git ignores by the pattern.

    Folders that fit a pattern whose last name is ``*`` are let in again, where a host does not go into folders.
    """
    lines = [pattern]
    if pattern.rsplit("/", 1)[-1] == "*" and not enters_folders:
        lines.append(f"!{pattern}/")
    (repository / ".gitignore").write_text("\n".join(lines) + "\n")
    answer = subprocess.run(
        ["git", "-C", str(repository), "check-ignore", "--no-index", "--stdin", "-z"],
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    assert answer.returncode in {0, 1}, answer.stderr
    return set(answer.stdout.decode().split("\0")) - {""}


def matching(pattern, paths, enters_folders):
    table = PatternTable()
    table.add(0, parse_ignore_pattern(pattern, enters_folders=enters_folders))
    return {path for path in paths if table.find_last(path) is not None}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pattern=PATTERNS, paths=st.lists(PATHS, min_size=5, max_size=30, unique=True), enters_folders=st.booleans())
def test_fits_what_git_ignores(repository, pattern, paths, enters_folders):
    assert matching(pattern, paths, enters_folders) == ignored(repository, pattern, paths, enters_folders)


@settings(max_examples=150, deadline=None)
@given(patterns=st.lists(PATTERNS, min_size=1, max_size=120), paths=st.lists(PATHS, min_size=1, max_size=20))
def test_of_many_patterns_the_last_that_fits_is_found(patterns, paths):
    table = PatternTable()
    for place, pattern in enumerate(patterns):
        table.add(place, parse_ignore_pattern(pattern))

    for path in paths:
        fitting = [place for place, pattern in enumerate(patterns) if matching(pattern, [path], False)]
        assert table.find_last(path) == (fitting[-1] if fitting else None)
