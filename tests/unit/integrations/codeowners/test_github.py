"""GitHub's dialect, with the examples of its documentation."""

from __future__ import annotations

import time

import pytest

from integrations.codeowners import CodeOwners, Fault, parse_codeowners

DOCUMENTED = """\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""


def read(text: str) -> CodeOwners:
    return parse_codeowners(text.encode(), ".github/CODEOWNERS", "github")


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("@global-owner1", "@global-owner2")),
        ("src/deep/index.js", ("@js-owner",)),
        ("main.go", ("docs@example.com",)),
        ("notes/a.txt", ("@octo-org/octocats",)),
        ("build/logs/one/two.log", ("@octocat",)),
        ("docs/getting-started.md", ("@doctocat",)),
        ("lib/apps/x.rb", ("@octocat",)),
        ("scripts/run.sh", ("@doctocat", "@octocat")),
        ("deeply/nested/logs/today", ("@octocat",)),
        ("apps/main.rb", ("@octocat",)),
        ("apps/github", ()),
        ("apps/github/x.rb", ()),
        ("/apps/main.rb", ("@octocat",)),
    ],
)
def test_owns_what_the_documentation_says(path, owners):
    assert read(DOCUMENTED).owners_of(path) == owners


def test_tells_the_line_by_which_a_path_is_owned():
    (rule,) = read(DOCUMENTED).rules_for("scripts/run.sh")

    assert (rule.line, rule.pattern, rule.owners) == (10, "/scripts/", ("@doctocat", "@octocat"))


def test_a_star_alone_does_not_reach_into_folders():
    file = read("docs/* @docs\n")

    assert file.owners_of("docs/a.md") == ("@docs",)
    assert file.owners_of("docs/build/a.md") == ()


def test_nobody_owns_what_no_line_fits():
    assert read("/docs/ @docs\n").rules_for("src/a.py") == ()


def test_case_matters():
    assert read("/Docs/ @docs\n").owners_of("docs/a.md") == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("!docs/ @a", "a pattern cannot be negated with '!'"),
        ("src/[ab].py @a", "'[' and ']' must be escaped with a '\\'"),
        ("***/*.rb @a", "there are more than two '*' in a row, did you mean '**/*.rb'?"),
        ("*.txt docs@", "'docs@' is no owner on the form @user, @organization/team or user@example.com"),
        ("*.txt @a,@b", "'@a,@b' is no owner on the form @user, @organization/team or user@example.com"),
        ("docs\\", "the '\\' at the end escapes nothing"),
        ("\\#file @a", "the '\\' at the end escapes nothing"),
    ],
)
def test_leaves_out_a_line_with_a_fault_and_says_why(line, reason):
    file = read(f"* @all\n{line}\n/last @b\n")

    assert file.faults == (Fault(2, line, reason),)
    assert [rule.line for rule in file.list_rules()] == [1, 3]


def test_reads_escaped_blanks_and_brackets():
    file = read("my\\ docs/ @a\n/app/\\[slug\\]/ @b\n/50\\*.md @c\n")

    assert file.faults == ()
    assert file.owners_of("my docs/x.md") == ("@a",)
    assert file.owners_of("app/[slug]/page.tsx") == ("@b",)
    assert file.owners_of("50*.md") == ("@c",)
    assert file.owners_of("500.md") == ()


def test_reads_line_ends_of_windows_a_mark_of_byte_order_and_bad_bytes():
    file = parse_codeowners(b"\xef\xbb\xbf* @a\r\n/b\xff @b\r\n", "CODEOWNERS", "github")

    assert file.owners_of("x") == ("@a",)
    assert file.faults == ()


def test_a_file_larger_than_the_host_reads_has_no_owners():
    file = parse_codeowners(b"* @a\n" + b"#" * 3_145_728, "CODEOWNERS", "github")

    assert file.owners_of("x") == ()
    assert file.faults[0].reason == "the file has 3145733 bytes, and no more than 3145728 are read"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a" * 1025, "the pattern is longer than 1024 characters"),
        ("*a" * 65, "the pattern has more than 64 wildcards"),
    ],
)
def test_a_pattern_that_nobody_would_write_is_a_fault(pattern, reason):
    assert read(f"{pattern} @a\n").faults[0].reason == reason


def test_hostile_patterns_cost_little():
    lines = [f"{'*a?' * 31}{number} @a" for number in range(500)]
    file = read("* @all\n" + "\n".join(lines))

    started = time.perf_counter()
    owners = file.owners_of("a" * 4000)

    assert owners == ("@all",)
    assert time.perf_counter() - started < 5


def test_patterns_that_are_too_much_together_are_faults():
    file = read("\n".join(f"{'*a' * 60}{number} @a" for number in range(3000)))

    assert {fault.reason for fault in file.faults} == {"the patterns with wildcards are too many"}
    assert len(file.list_rules()) > 1000
