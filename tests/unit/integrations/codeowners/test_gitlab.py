"""GitLab's dialect, with the examples of its documentation."""

from __future__ import annotations

import pytest

from integrations.codeowners import Fault, parse_codeowners

DOCUMENTED = """\
* @default-owner
*.rb @ruby-owner
\\#file_with_pound.rb @owner-file-with-pound
LICENSE @legal janedoe@gitlab.com
README @group @group/with-nested/subgroup
/docs/ @all-docs
/docs/* @root-docs
/docs/**/*.md @markdown-docs
lib/ @lib-owner
/config/ @@maintainers
path\\ with\\ spaces/ @space-owner

[Documentation]
ee/docs    @docs
docs       @docs

[Development] @dev-team
*
README.md @docs-team
data-models/ @data-science-team

^[Optional][2] @careful
*.md

[DOCUMENTATION]
README.md @writers
"""


def read(text):
    return parse_codeowners(text.encode(), ".gitlab/CODEOWNERS", "gitlab")


@pytest.mark.parametrize(
    ("path", "sections"),
    [
        ("main.c", {"": ("@default-owner",), "Development": ("@dev-team",)}),
        ("a/b.rb", {"": ("@ruby-owner",), "Development": ("@dev-team",)}),
        ("#file_with_pound.rb", {"": ("@owner-file-with-pound",), "Development": ("@dev-team",)}),
        ("x/LICENSE", {"": ("@legal", "janedoe@gitlab.com"), "Development": ("@dev-team",)}),
        ("README", {"": ("@group", "@group/with-nested/subgroup"), "Development": ("@dev-team",)}),
        ("docs/a/b.txt", {"": ("@all-docs",), "Development": ("@dev-team",)}),
        ("docs/b.txt", {"": ("@root-docs",), "Development": ("@dev-team",)}),
        ("docs/x/b.md", {"": ("@markdown-docs",), "Development": ("@dev-team",), "Optional": ("@careful",)}),
        ("src/lib/a/b.c", {"": ("@lib-owner",), "Development": ("@dev-team",)}),
        ("config/a.yml", {"": ("@@maintainers",), "Development": ("@dev-team",)}),
        ("path with spaces/x", {"": ("@space-owner",), "Development": ("@dev-team",)}),
        ("x/ee/docs", {"": ("@default-owner",), "Documentation": ("@docs",), "Development": ("@dev-team",)}),
        ("data-models/m.py", {"": ("@default-owner",), "Development": ("@data-science-team",)}),
        (
            "README.md",
            {
                "": ("@default-owner",),
                "Documentation": ("@writers",),
                "Development": ("@docs-team",),
                "Optional": ("@careful",),
            },
        ),
    ],
)
def test_owns_what_the_documentation_says(path, sections):
    assert {rule.section: rule.owners for rule in read(DOCUMENTED).rules_for(path)} == sections


def test_owners_are_those_of_all_sections():
    assert read(DOCUMENTED).owners_of("README.md") == ("@default-owner", "@writers", "@docs-team", "@careful")


def test_tells_how_many_approvals_a_section_needs():
    file = read("* @a\n[B][3]\n* @b\n^[C]\n* @c\n")

    needed = [(rule.section, rule.approvals, rule.is_optional) for rule in file.rules_for("x")]

    assert needed == [("", 1, False), ("B", 3, False), ("C", 0, True)]


def test_a_section_is_optional_only_if_each_heading_says_so():
    file = read("^[A]\n*.rb @r\n[A]\n*.go @g\n")

    assert [rule.is_optional for rule in file.list_rules()] == [False, False]


def test_a_folder_without_a_slash_at_its_end_is_a_file():
    assert read("/docs @a\n").owners_of("docs/x.md") == ()


def test_brackets_are_characters_to_choose_from():
    file = read("/[a-cx].md @a\n/[!a].txt @b\n/x[.rb @c\n")

    assert file.owners_of("b.md") == ("@a",)
    assert file.owners_of("d.md") == ()
    assert file.owners_of("b.txt") == ("@b",)
    assert file.owners_of("a.txt") == ()
    assert file.owners_of("x[.rb") == ()


def test_a_pattern_that_comes_twice_keeps_its_place_and_its_last_owners():
    file = read("*.md @first\n/docs/* @docs\n*.md @second\n")

    assert file.owners_of("docs/a.md") == ("@docs",)
    assert file.owners_of("a.md") == ("@second",)


def test_what_is_excluded_has_no_owner_in_its_section_whatever_follows():
    file = read("* @all\n!pom.xml\npom.xml @java\n!*.rb\n/config/*.rb @config\n[Ruby]\n*.rb @ruby\n")

    # The same pattern without '!' takes the place of the one with it.
    assert file.owners_of("pom.xml") == ("@java",)
    assert file.owners_of("config/a.rb") == ("@ruby",)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("/path/* @group bare @user\n", [Fault(1, "/path/* @group bare @user", "'bare' is no owner on the form @user, @group/subgroup or an e-mail")]),
        ("/path/*\n", [Fault(1, "/path/*", "there are no owners, neither here nor at the section, so that nobody approves")]),
        ("[]\n* @a\n", [Fault(1, "[]", "the section has no name")]),
        ("^[A][2]\n* @a\n", [Fault(1, "^[A][2]", "an optional section needs no approvals, so that their number means nothing")]),
        ("[A] word\n* @a\n", [Fault(1, "[A] word", "the section's owners are none on the form @user, @group/subgroup or an e-mail")]),
    ],
)  # fmt: skip
def test_tells_what_gitlab_reports(text, faults):
    assert list(read(text).faults) == faults


def test_a_heading_without_an_end_is_taken_for_a_pattern():
    file = read("* @group\n[Section name\ndocs/ @docs_group\n")

    assert [(rule.pattern, rule.owners) for rule in file.list_rules()] == [
        ("*", ("@group",)),
        ("[Section", ()),
        ("docs/", ("@docs_group",)),
    ]
    assert file.faults[0].reason == "the heading of a section has no ']', so that it is taken for a pattern"


def test_blanks_that_are_not_escaped_end_the_pattern():
    (rule,) = read("folder with spaces/*.md @group\n").list_rules()

    assert (rule.pattern, rule.owners) == ("folder", ("@group",))


def test_there_are_no_comments_at_the_end_of_a_line():
    assert read("*.md @docs # and @others\n").owners_of("a.md") == ("@docs", "@others")
