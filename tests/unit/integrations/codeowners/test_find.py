"""Which of several CODEOWNERS files holds."""

from __future__ import annotations

import pytest

from integrations.codeowners import find_codeowners

FILES = {
    "CODEOWNERS": b"* @top\n",
    "docs/CODEOWNERS": b"* @docs\n",
    ".github/CODEOWNERS": b"* @github\n",
    "src/CODEOWNERS": b"* @src\n",
}


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["docs/CODEOWNERS", "CODEOWNERS", ".github/CODEOWNERS"], ".github/CODEOWNERS"),
        (["docs/CODEOWNERS", "CODEOWNERS"], "CODEOWNERS"),
        (["docs/CODEOWNERS"], "docs/CODEOWNERS"),
        (["src/CODEOWNERS", "README.md"], ""),
    ],
)
def test_the_first_place_of_github_holds(paths, found):
    assert find_codeowners(paths, FILES.__getitem__, dialect="github").path == found


def test_reads_only_the_file_that_holds():
    asked = []

    def read(path):
        asked.append(path)
        return FILES[path]

    owners = find_codeowners(list(FILES), read)

    assert asked == [".github/CODEOWNERS"]
    assert owners.owners_of("any/file") == ("@github",)


def test_without_a_file_nobody_owns_anything():
    assert find_codeowners(["README.md"], FILES.__getitem__).owners_of("README.md") == ()


@pytest.mark.parametrize(
    ("paths", "dialect", "found"),
    [
        ([".gitlab/CODEOWNERS", "docs/CODEOWNERS"], "gitlab", "docs/CODEOWNERS"),
        ([".gitlab/CODEOWNERS", "CODEOWNERS"], "gitlab", "CODEOWNERS"),
        ([".github/CODEOWNERS", ".gitlab/CODEOWNERS"], "gitlab", ".gitlab/CODEOWNERS"),
        (["CODEOWNERS", ".bitbucket/CODEOWNERS"], "bitbucket", ".bitbucket/CODEOWNERS"),
        (["CODEOWNERS"], "bitbucket", ""),
        ([".gitea/CODEOWNERS", "docs/CODEOWNERS"], "gitea", "docs/CODEOWNERS"),
    ],
)
def test_each_host_has_places_of_its_own(paths, dialect, found):
    assert find_codeowners(paths, lambda path: b"", dialect=dialect).path == found


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("CODEOWNERS", "github"),
        ("docs/CODEOWNERS", "github"),
        (".github/CODEOWNERS", "github"),
        (".gitlab/CODEOWNERS", "gitlab"),
        (".bitbucket/CODEOWNERS", "bitbucket"),
        (".gitea/CODEOWNERS", "gitea"),
    ],
)
def test_the_place_tells_the_dialect_if_nobody_does(path, dialect):
    assert find_codeowners([path], lambda path: b"").dialect == dialect
