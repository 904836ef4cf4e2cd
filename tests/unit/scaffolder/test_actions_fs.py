"""Actions on the files of the workspace, and the patterns that name them."""

import json
import re
from pathlib import Path

import pytest

from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError
from scaffolder.actions.fs import ACTIONS
from scaffolder.actions.fs.path_patterns import PathPatterns
from tests.unit.scaffolder.action_world import run_action

RECORDED = json.loads((Path(__file__).parents[2] / "conformance/golden/scaffolder.json").read_text())
BY_ID = {action.id: action for action in ACTIONS}
FILES = {"a.txt": "A", "d/b.txt": "B", "d/c.md": "C", "d/e/f.md": "F"}


def delete(*files):
    return run_action(BY_ID["fs:delete"], {"files": list(files)}, files=FILES)


def rename(**file):
    given = {"from" if key == "from_" else key: value for key, value in file.items()}
    return run_action(BY_ID["fs:rename"], {"files": [given]}, files=FILES)


def test_the_recorded_flow_gives_the_recorded_listing():
    ran = run_action(
        BY_ID["fs:rename"],
        {"files": [{"from": "a.txt", "to": "renamed/a.txt"}]},
        files={"a.txt": "A", "d/b.txt": "B", "d/c.md": "C"},
    )
    run_action(BY_ID["fs:delete"], {"files": ["d/*.md"]}, workspace=ran.workspace)
    listed = run_action(BY_ID["fs:readdir"], {"paths": ["."], "recursive": True}, workspace=ran.workspace)

    outputs = json.loads(re.sub(r'"fullPath": "/[^"]*"', '"fullPath": "~"', json.dumps(listed.outputs)))
    assert outputs == RECORDED["flow fs-actions"]["output"]["listed"]
    assert listed.files == {"d/b.txt": b"B", "renamed/a.txt": b"A"}


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("a.txt", ["d/b.txt", "d/c.md", "d/e/f.md"]),
        ("d", ["a.txt"]),
        ("d/../a.txt", ["d/b.txt", "d/c.md", "d/e/f.md"]),
        ("d/*.md", ["a.txt", "d/b.txt", "d/e/f.md"]),
        ("**/*.md", ["a.txt", "d/b.txt"]),
        ("**", []),
        (".", []),
        ("nope", sorted(FILES)),
        ("!d", sorted(FILES)),
    ],
)
def test_deleting(pattern, left):
    assert sorted(delete(pattern).files) == left


def test_deleting_leaves_folders_and_tells_the_files():
    ran = delete("d/e")

    assert ran.workspace.is_folder("d/e")
    assert ran.log.text == f"File {ran.workspace.root}/d/e/f.md deleted successfully"


@pytest.mark.parametrize("path", ["../../etc/hosts", "/etc/hosts", "d/../../*"])
def test_nothing_outside_is_deleted(path):
    with pytest.raises(NotAllowedError, match="outside its parent"):
        delete(path)


def test_renaming_a_folder():
    ran = rename(from_="d", to="x/y")

    assert sorted(ran.files) == ["a.txt", "x/y/b.txt", "x/y/c.md", "x/y/e/f.md"]
    assert ran.log.text == f"File {ran.workspace.root}/d renamed to {ran.workspace.root}/x/y successfully"


def test_renaming_what_is_not_there():
    recorded = RECORDED["flow failure-stops"]
    with pytest.raises(CallboardError, match=r"^ENOENT: no such file or directory, lstat '/.*/not-there'$") as raised:
        rename(from_="not-there", to="x")
    assert (raised.value.name, raised.value.status) == (recorded["error"], recorded["status"])


def test_what_is_in_the_way_is_only_replaced_if_that_is_asked_for():
    with pytest.raises(CallboardError, match="'d' already exists; set 'overwrite' to replace it"):
        rename(from_="a.txt", to="d")

    assert rename(from_="a.txt", to="d", overwrite=True).files == {"d": b"A"}


@pytest.mark.parametrize(("source", "target"), [("d", "d/e/x"), ("d/e", "d"), (".", "x"), ("d", ".")])
def test_a_folder_does_not_move_into_itself(source, target):
    with pytest.raises(InputError, match="one lies within the other"):
        rename(from_=source, to=target, overwrite=True)


def test_renaming_to_the_same_name_needs_leave_and_changes_nothing():
    with pytest.raises(CallboardError, match="already exists"):
        rename(from_="a.txt", to="./a.txt")
    assert rename(from_="a.txt", to="./a.txt", overwrite=True).files["a.txt"] == b"A"


def test_names_that_are_empty():
    with pytest.raises(InputError, match="each file must have a from and to property"):
        rename(from_="", to="x")


def test_listing_one_level():
    ran = run_action(BY_ID["fs:readdir"], {"paths": ["d"]}, files=FILES)

    root = str(ran.workspace.root)
    assert ran.outputs == {
        "files": [
            {"name": "b.txt", "path": "d/b.txt", "fullPath": f"{root}/d/b.txt"},
            {"name": "c.md", "path": "d/c.md", "fullPath": f"{root}/d/c.md"},
        ],
        "folders": [{"name": "e", "path": "d/e", "fullPath": f"{root}/d/e"}],
    }


def test_listing_what_is_not_there_or_no_folder():
    with pytest.raises(NotFoundError, match="There is no 'nope' in the workspace"):
        run_action(BY_ID["fs:readdir"], {"paths": ["nope"]})
    with pytest.raises(InputError, match="is not a folder"):
        run_action(BY_ID["fs:readdir"], {"paths": ["a.txt"]}, files=FILES)


PATHS = ("a.txt", "b.md", ".hidden", "ab/c", "abc", "abd", "a,b", "[b]/q", "docs/1.png", "docs/10.png", "docs/x/2.png")


# As the npm package globby finds them.
@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*"], ["a.txt", "b.md", ".hidden", "abc", "abd", "a,b"]),
        (["**"], list(PATHS)),
        (["docs"], ["docs/1.png", "docs/10.png", "docs/x/2.png"]),
        (["docs/"], ["docs/1.png", "docs/10.png", "docs/x/2.png"]),
        (["./docs"], ["docs/1.png", "docs/10.png", "docs/x/2.png"]),
        (["docs/*"], ["docs/1.png", "docs/10.png"]),
        (["docs/**/*.png"], ["docs/1.png", "docs/10.png", "docs/x/2.png"]),
        (["**/2.png"], ["docs/x/2.png"]),
        (["docs/?.png"], ["docs/1.png"]),
        (["docs/{1..3}.png"], ["docs/1.png"]),
        (["docs/[!2].png"], ["docs/1.png"]),
        (["ab@(c|d)"], ["abc", "abd"]),
        (["a?(b)c"], ["abc"]),
        (["{a.txt,b.*}"], ["a.txt", "b.md"]),
        (["{a..c}.md"], ["b.md"]),
        (["a\\,b"], ["a,b"]),
        (["[b]/q"], ["[b]/q"]),
        (["ab**"], ["abc", "abd"]),
        (["docs//1.png"], ["docs/1.png"]),
        (["**", "!docs/**", "!*"], ["ab/c", "[b]/q"]),
        (["!docs/**", "docs/1.png"], ["docs/1.png"]),
        (["../x", "/etc/*", "A.TXT"], []),
    ],
)
def test_patterns(patterns, expected):
    found = PathPatterns(patterns, ["ab", "docs", "docs/x", "[b]"])
    assert [path for path in PATHS if found.matches(path)] == expected


def test_a_pattern_that_ends_with_a_slash_means_folders():
    found = PathPatterns(["*/"], ["docs", "docs/x"])
    assert [path for path in ("docs", "docs/x", "a.txt") if found.matches(path)] == ["docs"]


@pytest.mark.parametrize(
    "pattern", ["", "!", "!(a|b)", "+(" * 330 + "a" + ")" * 330, "a" * 5000, "{1..100000}", "[z-a]"]
)
def test_patterns_that_cannot_be_any(pattern):
    with pytest.raises(InputError):
        PathPatterns([pattern])
