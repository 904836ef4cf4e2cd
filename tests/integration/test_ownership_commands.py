"""``callboard own``: the answers for people, for scripts and for CI."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import CallboardError
from ownership.commands import add_ownership_commands
from tests.integration.ownership_world import REPOSITORY, OwnershipWorld, group, thing, write_company
from tests.integration.queries_world import write

CART = f"{REPOSITORY}/tree/main/cart/"


@pytest.fixture
def run(capsys):
    """Runs a command; gives its exit status, its output and what it says beside that."""
    parser = argparse.ArgumentParser()
    add_ownership_commands(parser.add_subparsers())

    def run_command(*words):
        arguments = parser.parse_args(["own", *map(str, words)])
        status = arguments.run(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


@pytest.fixture
def world(db, settings, client):
    return OwnershipWorld(settings, client)


# ---------------------------------------------------------------------- the catalog


def test_tells_who_owns_an_entity_and_how_we_know(world, run):
    write(
        group("carts"),
        thing("cart", "gone", source=CART, part_of="system:default/shop"),
        thing("shop", "carts", kind="System"),
    )
    world.capture("* @acme/carts @nobody\n")

    status, output, _ = run("of", "cart")

    assert status == 0
    assert output.splitlines() == [
        "component:default/cart is owned by group:default/gone",
        f"  states group:default/gone, which does not exist, in url:{REPOSITORY}/blob/main/cart/catalog-info.yaml",
        "  inherits group:default/carts, through system:default/shop",
        "  CODEOWNERS names @acme/carts, which is group:default/carts",
        f"    line 1, '*', of {REPOSITORY}/blob/main/.github/CODEOWNERS",
        "  CODEOWNERS names @nobody, which is nobody in the catalog",
        f"    line 1, '*', of {REPOSITORY}/blob/main/.github/CODEOWNERS",
    ]


def test_ends_with_1_if_nobody_owns_it(world, run):
    write(thing("orphan"))

    status, output, _ = run("of", "orphan")

    assert (status, output.splitlines()[0]) == (1, "Nobody owns component:default/orphan")
    assert json.loads(run("of", "orphan", "--json")[1])["owners"] == []


def test_who_still_answers(world, run):
    write_company()

    assert run("who", "cart")[1].splitlines()[0] == "component:default/cart is owned by group:default/carts"


def test_lists_what_a_department_owns(world, run):
    write_company()

    status, output, _ = run("by", "department", "--transitive", "--csv")
    _, table, _ = run("by", "shop")

    assert status == 0
    assert output.split("\r\n")[:2] == ["entityRef,kind,owners", "component:default/cart,component,group:default/carts"]
    assert len(output.split("\r\n")) == 7
    assert [line.split() for line in table.splitlines()] == [
        ["entityRef", "kind", "owners"],
        ["component:default/web", "component", "group:default/shop"],
        ["1", "row"],
    ]


def test_reports(world, run):
    write_company()
    write(thing("lost", "gone"), thing("clash", "others", source=CART))
    world.capture("* @acme/carts\n")

    assert [row["entityRef"] for row in json.loads(run("unowned", "--json")[1])["items"]] == [
        "component:default/orphan"
    ]
    assert json.loads(run("dangling", "--json")[1])["items"][0]["ownerRef"] == "group:default/gone"
    assert json.loads(run("conflicts", "--json", "--kind", "Component")[1])["items"][0]["line"] == 1
    assert run("unowned", "--kind", "api")[:2] == (0, "0 rows\n")


def test_tells_who_owns_files(world, run):
    write(group("carts"), thing("cart", source=CART))
    world.capture("/cart/ @acme/carts\n")

    status, output, _ = run("paths", "acme/shop", "cart/a.py", "b.py", "--json")

    assert status == 1
    assert [row["owners"] for row in json.loads(output)["items"]] == [["group:default/carts"], []]
    assert run("paths", "acme/shop", "cart/a.py")[0] == 0


# ---------------------------------------------------------------------- a working tree


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def put(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A repository whose main branch has a CODEOWNERS for src and docs."""
    git(tmp_path, "init", "-q", "-b", "main")
    put(
        tmp_path,
        {
            ".github/CODEOWNERS": "/.github/ @ci\n/src/ @src\n/docs/ @docs\n/docs/free/\n",
            "src/a.py": "",
            "docs/a.md": "",
        },
    )
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "start")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_is_well_if_somebody_owns_each_file(tree, run):
    assert run("check") == (0, "By .github/CODEOWNERS somebody owns each of 3 files\n", "")


def test_fails_with_the_changed_files_that_nobody_owns(tree, run):
    git(tree, "checkout", "-qb", "work")
    put(tree, {"src/b.py": "", "lib/new.py": "", "docs/free/x.md": ""})
    git(tree, "rm", "-q", "docs/a.md")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "change")
    git(tree, "checkout", "-q", "main")
    put(tree, {"elsewhere.py": ""})
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "main moves on")
    git(tree, "checkout", "-q", "work")

    status, output, _ = run("check", "--base", "main")

    assert status == 1
    assert output.splitlines() == [
        "By .github/CODEOWNERS nobody owns 2 of 3 files:",
        "  docs/free/x.md",
        "  lib/new.py",
    ]


def test_checks_the_paths_that_are_named(tree, run, monkeypatch):
    put(tree, {"lib/a.py": "", "lib/b.py": "", "src/c.py": ""})
    git(tree, "add", "-A")
    monkeypatch.chdir(tree / "lib")

    status, output, _ = run("check", ".", "../src", "new.py", "--json")

    assert status == 1
    assert json.loads(output) == {
        "file": ".github/CODEOWNERS",
        "dialect": "github",
        "files": 5,
        "unowned": ["lib/a.py", "lib/b.py", "lib/new.py"],
        "faults": [],
    }


def test_the_place_of_the_file_or_the_asker_tells_the_dialect(tree, run):
    git(tree, "mv", ".github/CODEOWNERS", "CODEOWNERS")
    put(tree, {"CODEOWNERS": "[Everything] @all\n*\n"})

    assert run("check")[0] == 1
    assert run("check", "--dialect", "gitlab")[0] == 0


def test_tells_what_the_host_would_not_understand(tree, run):
    put(tree, {".github/CODEOWNERS": "* @all\n[a] @b\n"})

    status, _, aside = run("check")

    assert (status, aside) == (0, ".github/CODEOWNERS, line 2: '[' and ']' must be escaped with a '\\'\n")


def test_names_of_files_cannot_rewrite_the_terminal(tree, run):
    put(tree, {"new\x1b[2J\n.py": ""})
    git(tree, "add", "-A")

    assert run("check")[1].splitlines()[1:] == ["  new\\x1b[2J\\n.py"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--base", "nope"], "What differs from 'nope' is not known"),
        (["--base=--output=/tmp/x"], "'--output=/tmp/x' is no name of a branch or commit"),
        (["../outside"], "'../outside' lies outside of"),
        (["a", "--base", "main"], "Name either paths or --base, not both"),
    ],
)
def test_refuses_what_it_cannot_check(tree, run, words, message):
    with pytest.raises(CallboardError, match=f"^{message}"):
        run("check", *words)


def test_needs_neither_configuration_nor_database(tree):
    put(tree, {"app-config.yaml": "backend: { database: { client: nonsense } }", "lib/a.py": ""})
    command = [str(Path(sys.executable).parent / "callboard"), "own", "check", "lib", "src/a.py", "lib/a.py"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (1, "  lib/a.py", "")
    assert not (tree / ".callboard").exists()


def test_there_must_be_a_codeowners_file(tree, run):
    git(tree, "rm", "-q", ".github/CODEOWNERS")

    with pytest.raises(CallboardError, match=r"There is no CODEOWNERS file in .*: none of \.github/CODEOWNERS, "):
        run("check")


def test_there_must_be_a_repository(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CallboardError, match="lies in no git repository"):
        run("check")
