"""Gitea's dialect."""

from __future__ import annotations

from integrations.codeowners import Fault, parse_codeowners

DOCUMENTED = r"""
.*\\.go @user1 @user2 # This is comment

# Comment too
frontend/src/.*\\.js @org1/team1 @org1/team2 @user3
!frontend/src/.* @user4
docs/(aws|google|azure)/[^/]*\\.(md|txt) @user8 @org1/team4
!/assets/.*\\.(bin|exe|msi) @user9
\#path @user10
path\ with\ spaces/.* @user11
"""


def read(text):
    return parse_codeowners(text.encode(), ".gitea/CODEOWNERS", "gitea")


def test_every_line_that_fits_holds():
    file = read(DOCUMENTED)

    assert file.faults == ()
    assert file.owners_of("main.go") == ("@user1", "@user2", "@user4", "@user9")
    assert file.owners_of("frontend/src/a.js") == ("@org1/team1", "@org1/team2", "@user3", "@user9")
    assert file.owners_of("docs/aws/a.md") == ("@user4", "@user8", "@org1/team4", "@user9")
    assert file.owners_of("docs/aws/deep/a.md") == ("@user4", "@user9")
    assert file.owners_of("#path") == ("@user4", "@user9", "@user10")
    assert file.owners_of("path with spaces/x") == ("@user4", "@user9", "@user11")


def test_an_expression_is_for_the_whole_path():
    assert read("src @a\n").owners_of("src/a.py") == ()


def test_alternatives_at_the_top_reach_around_the_anchors():
    file = read("a|b @x\n")

    assert [bool(file.owners_of(path)) for path in ("a/x", "x/b", "x/a", "b/x")] == [True, True, False, False]


def test_leaves_out_what_is_no_expression_and_owners_that_are_none():
    file = read("( @a\n.* @a someone\nlonely\n")

    assert file.owners_of("x") == ("@a",)
    assert [(fault.line, fault.reason.partition(":")[0]) for fault in file.faults] == [
        (1, "the pattern cannot be tried"),
        (2, "'someone' is no owner on the form @user or @organization/team"),
        (3, "there are no owners"),
    ]
    assert isinstance(file.faults[0], Fault)
