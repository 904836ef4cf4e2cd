"""Bitbucket's dialect, of Cloud and of Data Center."""

from __future__ import annotations

from integrations.codeowners import Fault, parse_codeowners

DOCUMENTED = """\
# Default owners
*       global1@example.com global2@example.com
*.js    js@example.com # an inline comment
/src/pullrequests/drift.js steve@example.com
*.css   @workspace-slug/frontenders
*.py    @workspace-slug/py-owners:random(3)
*.rb    @workspace-slug/rb-owners:least_busy @rb-lead
*.go    @teams/go:all
ci/*    @devops
*.java  @backend\\ engineers:random(2)
design\\ assets/ @design
"""


def read(text):
    return parse_codeowners(text.encode(), ".bitbucket/CODEOWNERS", "bitbucket")


def test_owns_what_the_documentation_says():
    file = read(DOCUMENTED)

    assert file.faults == ()
    assert file.owners_of("README") == ("global1@example.com", "global2@example.com")
    assert file.owners_of("a/b.js") == ("js@example.com",)
    assert file.owners_of("src/pullrequests/drift.js") == ("steve@example.com",)
    assert file.owners_of("a.css") == ("@workspace-slug/frontenders",)
    assert file.owners_of("a.py") == ("@workspace-slug/py-owners",)
    assert file.owners_of("a.rb") == ("@workspace-slug/rb-owners", "@rb-lead")
    assert file.owners_of("a.go") == ("@teams/go",)
    assert file.owners_of("A.java") == ("@backend engineers",)
    assert file.owners_of("design assets/logo.svg") == ("@design",)


def test_a_star_reaches_into_folders_as_in_gitignore():
    assert read("ci/* @devops\n").owners_of("ci/jobs/prod.yml") == ("@devops",)


def test_leaves_out_bad_patterns_and_owners_that_are_none():
    file = read("!a @x\n[ab] @x\n*.md nobody @docs\n")

    assert file.owners_of("a.md") == ("@docs",)
    assert file.faults == (
        Fault(1, "!a @x", "a pattern cannot be negated with '!'"),
        Fault(2, "[ab] @x", "'[' and ']' must be escaped with a '\\'"),
        Fault(3, "*.md nobody @docs", "'nobody' is no owner on the form @user, @workspace/group or user@example.com"),
    )
