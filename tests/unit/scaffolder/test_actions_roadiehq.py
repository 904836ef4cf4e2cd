"""``roadiehq:utils:*``. What is expected of YAML and JSONata was made with the npm packages themselves."""

import io
import json
import threading
import zipfile
from pathlib import Path

import pytest
import yaml

from common.errors import InputError, NotAllowedError, NotFoundError
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.roadiehq import ACTIONS, jsonata_run, replace_in_files
from scaffolder.actions.roadiehq.documents import parse_yaml
from scaffolder.actions.yaml_text import YamlOptions, yaml_text
from scaffolder.templates.json_schema import schema_errors
from scaffolder.templating.limits import Limits
from tests.unit.scaffolder.action_world import EventStop, run_action

TABLE = Path(__file__).with_name("yaml_text_table.json")
OURS = {action.id.removeprefix("roadiehq:utils:"): action for action in ACTIONS}


def run(name, input, **world):
    return run_action(OURS[name], input, **world)


def text_of(ran, path):
    return ran.files[path].decode()


# Files


def test_writes_a_file_with_its_folders():
    ran = run("fs:write", {"path": "a/./b/c.txt", "content": "hello\n"})

    assert ran.files == {"a/b/c.txt": b"hello\n"}
    assert ran.outputs == {"path": "a/b/c.txt"}


def test_indents_json_that_is_to_be_preserved():
    ran = run("fs:write", {"path": "x.json", "content": '{"a":[1.0,{}],"b":1e-7}', "preserveFormatting": True})

    assert text_of(ran, "x.json") == '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": 1e-7\n}'


def test_leaves_what_is_no_json_as_it_is():
    ran = run("fs:write", {"path": "x.json", "content": "{a: 1}", "preserveFormatting": True})

    assert text_of(ran, "x.json") == "{a: 1}"


@pytest.mark.parametrize("name", ["fs:write", "fs:append"])
@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x"])
def test_writes_nothing_outside_the_workspace(name, path):
    with pytest.raises(NotAllowedError, match="not allowed to refer to a directory outside its parent"):
        run(name, {"path": path, "content": "x"})


def test_appends_to_a_file_and_makes_it_if_there_is_none():
    content = "\n  - virtualservice-cart-dev.yaml"
    path = "./gitops/kubernetes/istio-hub/kustomization.yaml"

    ran = run("fs:append", {"path": path, "content": content}, files={path[2:]: "resources:\n  - a.yaml"})
    new = run("fs:append", {"path": "log.txt", "content": "first\n"})

    assert ran.files == {path[2:]: b"resources:\n  - a.yaml\n  - virtualservice-cart-dev.yaml"}
    assert new.files == {"log.txt": b"first\n"}


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        ("json", '{"a": 1.0, "b": [1e21, 12345678901234567890]}', {"a": 1, "b": [1e21, 1.2345678901234567e19]}),
        ("yaml", "a: yes\nb: 012\n# c\n", {"a": "yes", "b": 12}),
        ("yaml", "", None),
        ("multiyaml", "a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("multiyaml", "", []),
        (None, "a: 1\n", "a: 1\n"),
    ],
)
def test_parses_files(parser, text, value):
    named = {} if parser is None else {"parser": parser}

    assert run("fs:parse", {"path": "f", **named}, files={"f": text}).outputs == {"content": value}


@pytest.mark.parametrize(
    ("parser", "text", "message"),
    [
        ("json", "{'a': 1}", "The file 'f' is not JSON"),
        ("json", "NaN", "The file 'f' is not JSON: 'NaN' is not a JSON value"),
        ("json", "[" * 100_000, "The file 'f' is not JSON"),
        ("yaml", "a: [", "YAML error at the file 'f'"),
        ("yaml", "a: 1\n---\nb: 2\n", "The file 'f' holds 2 YAML documents where one is expected"),
    ],
)
def test_says_what_is_wrong_with_a_file(parser, text, message):
    with pytest.raises(InputError, match=message):
        run("fs:parse", {"path": "f", "parser": parser}, files={"f": text})


def test_parsing_says_which_file_is_missing():
    with pytest.raises(NotFoundError, match=r"There is no 'nope.yaml' in the workspace"):
        run("fs:parse", {"path": "nope.yaml", "parser": "yaml"})


# Replacing


def replaced(wish, files):
    ran = run("fs:replace", {"files": [wish]}, files=files)
    return {path: content.decode() for path, content in ran.files.items()}


def test_replaces_the_groups_of_a_user_by_a_regular_expression():
    wish = {
        "file": "./users/alice.yaml",
        "find": r"memberOf: \[.*\]",
        "replaceWith": "memberOf: [team-a, team-b]",
        "matchRegex": True,
    }

    assert replaced(wish, {"users/alice.yaml": "spec:\n  memberOf: [guests]\n"}) == {
        "users/alice.yaml": "spec:\n  memberOf: [team-a, team-b]\n"
    }


def test_replaces_in_all_files_that_a_pattern_names():
    files = {"a.json": "x", "b/c.json": "xx", "b/.d.json": "x", ".e/f.json": "x", "g.txt": "x"}

    assert replaced({"file": "**/*.json", "find": "x", "replaceWith": "y"}, files) == {
        **files,
        "a.json": "y",
        "b/c.json": "yy",
    }
    assert replaced({"file": "{a,b/*}.json", "find": "x", "replaceWith": "y"}, files) == {
        **files,
        "a.json": "y",
        "b/c.json": "yy",
    }
    assert replaced({"file": "**/*.json", "find": "x", "replaceWith": "y", "includeDotFiles": True}, files) == {
        "a.json": "y",
        "b/c.json": "yy",
        "b/.d.json": "y",
        ".e/f.json": "y",
        "g.txt": "x",
    }


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*", ["a.md"]),
        ("?.md", ["a.md"]),
        ("[!b].md", ["a.md"]),
        ("docs", []),
        ("docs/**", ["docs/b.md", "docs/deep/c.md"]),
        ("**/c.md", ["docs/deep/c.md"]),
        ("docs/deep/../b.md", ["docs/b.md"]),
        (".github/x.md", [".github/x.md"]),
        (".*/*", [".github/x.md"]),
    ],
)
def test_patterns_name_files_as_in_fast_glob(pattern, paths):
    files = dict.fromkeys(["a.md", "docs/b.md", "docs/deep/c.md", ".github/x.md"], "1")

    changed = replaced({"file": pattern, "find": "1", "replaceWith": "2"}, files)

    assert [path for path, text in changed.items() if text == "2"] == paths


@pytest.mark.parametrize(
    ("find", "replacement", "is_regex", "expected"),
    [
        ("b", "[$&]", False, "a[b]c a[b]c"),
        ("b", "$$1", False, "a$1c a$1c"),
        ("(a)(b)?", "$2$1", True, "bac bac"),
        ("(?<first>a)", "<$<first>>", True, "<a>bc <a>bc"),
        ("^", "> ", True, "> abc abc"),
        ("(?=c)", "-", True, "ab-c ab-c"),
        ("B", "x", True, "abc abc"),
    ],
)
def test_replaces_as_javascript_does(find, replacement, is_regex, expected):
    wish = {"file": "f", "find": find, "replaceWith": replacement, "matchRegex": is_regex}

    assert replaced(wish, {"f": "abc abc"}) == {"f": expected}


def test_a_catastrophic_pattern_is_stopped(monkeypatch):
    monkeypatch.setattr(replace_in_files, "LIMITS", Limits(seconds=0.2))
    wish = {"file": "f", "find": "(?=(x|x)*y)", "replaceWith": "z", "matchRegex": True}

    with pytest.raises(InputError, match="cannot be used: Regular expression took longer"):
        run("fs:replace", {"files": [wish]}, files={"f": "x" * 64})


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"find": "a", "replaceWith": "b"}, "Path to file needs to be defined"),
        ({"file": "f", "find": "a"}, "each file must have a find and replaceWith property"),
        ({"file": "f", "find": "(", "replaceWith": "b", "matchRegex": True}, r"The regular expression '\(' cannot be"),
        ({"file": "{a,b}" * 20, "find": "a", "replaceWith": "b"}, "has more than 256 alternatives"),
    ],
)
def test_says_what_is_wrong_with_a_replacement(wish, message):
    with pytest.raises(InputError, match=message):
        run("fs:replace", {"files": [wish]}, files={"f": "a"})


def test_replacing_leaves_other_files_alone():
    ran = run("fs:replace", {"files": [{"file": "*", "find": "a", "replaceWith": "b"}]}, files={"f": b"a\xff"})
    none = run("fs:replace", {"files": [{"file": "*.md", "find": "a", "replaceWith": "b"}]}, files={"f": "a"})

    assert ran.files == {"f": b"a\xff"}
    assert ran.log.lines == [("warn", "The file 'f' is left as it is: it is not UTF-8 text")]
    assert none.log.lines == [("warn", "No file of the workspace matches '*.md'")]


def test_replacing_keeps_a_script_executable():
    world = run("fs:write", {"path": "x", "content": ""})
    world.workspace.write_bytes("run.sh", b"echo a", is_executable=True)

    ran = run("fs:replace", {"files": [{"file": "*.sh", "find": "a", "replaceWith": "b"}]}, workspace=world.workspace)

    assert ran.workspace.find("run.sh").is_executable
    assert ran.files["run.sh"] == b"echo b"


# Merging


def test_merges_into_json():
    ran = run(
        "json:merge",
        {"path": "package.json", "content": {"engines": {"node": ">=20"}, "files": ["b"]}},
        files={"package.json": '{"name": "x", "engines": {"npm": "10"}, "files": ["a"]}'},
    )

    assert text_of(ran, "package.json") == (
        '{\n  "name": "x",\n  "engines": {\n    "npm": "10",\n    "node": ">=20"\n  },\n  "files": [\n    "b"\n  ]\n}'
    )
    assert ran.outputs == {"path": "package.json"}


def test_joins_lists_and_keeps_equal_items_once():
    ran = run(
        "json:merge",
        {"path": "x.json", "content": '{"a": [2, 3, true, {"b": 1}]}', "mergeArrays": True},
        files={"x.json": '{"a": [1, 2, {"b": 1}]}'},
    )

    assert json.loads(text_of(ran, "x.json")) == {"a": [1, 2, {"b": 1}, 3, True, {"b": 1}]}


@pytest.mark.parametrize(
    ("present", "indent"),
    [('{\n    "a": {\n        "b": 1\n    }\n}', "    "), ('{\n\t"a": 1\n}', "\t"), ('{"a": 1}', "  ")],
)
def test_indents_json_as_it_was(present, indent):
    ran = run(
        "json:merge",
        {"path": "x.json", "content": {"c": 2}, "matchFileIndent": True},
        files={"x.json": present},
    )

    assert f'\n{indent}"c": 2\n' in text_of(ran, "x.json")


def test_makes_a_json_file_that_is_not_there():
    ran = run("json:merge", {"path": "new/x.json", "content": {"a": 1}})

    assert text_of(ran, "new/x.json") == '{\n  "a": 1\n}'
    assert ran.log.text == "The file new/x.json does not exist, creating it."


@pytest.mark.parametrize(
    ("present", "content", "message"),
    [
        ("[1]", {"a": 1}, "A mapping cannot be merged into a list; 'content' must be of the file's own kind"),
        ("{}", "5", "A single value cannot be merged into a mapping"),
        ("{}", "{", "The content is not JSON"),
        ("{", {}, "The file 'x.json' is not JSON"),
    ],
)
def test_says_why_json_cannot_be_merged(present, content, message):
    with pytest.raises(InputError, match=message):
        run("json:merge", {"path": "x.json", "content": content}, files={"x.json": present})


ENTITY = """\
# who we are
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: cart # never rename
  tags:
    - java
  # the end of metadata
spec:
  owner: "team-a"   # asked in May

  lifecycle: production
"""


def test_merges_into_yaml():
    ran = run(
        "merge",
        {"path": "catalog-info.yaml", "content": {"metadata": {"tags": ["web"]}, "spec": {"system": "shop"}}},
        files={"catalog-info.yaml": ENTITY},
    )

    assert text_of(ran, "catalog-info.yaml") == (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: cart\n  tags:\n    - web\n"
        "spec:\n  owner: team-a\n  lifecycle: production\n  system: shop\n"
    )


def test_keeps_comments_and_whatever_does_not_change():
    ran = run(
        "merge",
        {
            "path": "catalog-info.yaml",
            "content": {
                "metadata": {"tags": ["web"], "annotations": {"a/b": "c"}},
                "spec": {"owner": "team-b", "system": "shop"},
            },
            "mergeArrays": True,
            "preserveYamlComments": True,
        },
        files={"catalog-info.yaml": ENTITY},
    )

    assert text_of(ran, "catalog-info.yaml") == (
        "# who we are\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n"
        "  name: cart # never rename\n  tags:\n    - java\n    - web\n  annotations:\n    a/b: c\n"
        "  # the end of metadata\nspec:\n  owner: team-b   # asked in May\n\n  lifecycle: production\n  system: shop\n"
    )
    assert ran.log.lines == []


@pytest.mark.parametrize(
    ("present", "content", "expected"),
    [
        ("a: 1", {"b": 2}, "a: 1\nb: 2"),
        ("a:\nb: 1\n", {"a": {"c": "d"}}, "a:\n  c: d\nb: 1\n"),
        ("a: # why\n  - b\nc: 1\n", {"a": ["x", "y"]}, "a: # why\n  - x\n  - y\nc: 1\n"),
        ("a: # why\n  - b\nc: 1\n", {"a": 5}, "a: 5 # why\nc: 1\n"),
        ("a: [b, c] # all\n", {"a": ["d"]}, "a: [ d ] # all\n"),
        ("a: |\n  one\n  two\n# end\nb: 1\n", {"a": "x\ny\n"}, "a: |\n  x\n  y\n# end\nb: 1\n"),
        ("a: >-\n  one\n  two\n\nb: 1\n", {"a": "three"}, "a: three\n\nb: 1\n"),
        ("a:\n- b\n# end\n", {"a": ["b", "c"]}, "a:\n- b\n- c\n# end\n"),
        ("x: &x {b: 1}\ny: *x\n", {"z": 1}, "x: &x {b: 1}\ny: *x\nz: 1\n"),
        ("'a b': 1 # one\n", {"a b": 2}, "'a b': 2 # one\n"),
        ("😀: 1 # x\nb: 2\n", {"b": 3}, "😀: 1 # x\nb: 3\n"),
    ],
)
def test_edits_yaml_in_place(present, content, expected):
    ran = run(
        "merge",
        {"path": "x.yml", "content": content, "preserveYamlComments": True},
        files={"x.yml": present},
    )

    assert text_of(ran, "x.yml") == expected
    assert ran.log.lines == []


def test_says_when_comments_cannot_be_kept():
    ran = run(
        "merge",
        {"path": "x.yml", "content": {"y": {"b": 2}}, "preserveYamlComments": True},
        files={"x.yml": "# lost\nx: &x\n  b: 1\ny: *x\n"},
    )

    assert text_of(ran, "x.yml") == "x:\n  b: 1\ny:\n  b: 2\n"
    assert ran.log.lines == [
        ("warn", "The comments in 'x.yml' are lost: it is written in a way that cannot be edited in place")
    ]


DOCUMENTS = "kind: Component\nmetadata:\n  name: a # A\n---\nkind: API\nmetadata:\n  name: b # B\nversion: 2\n"


@pytest.mark.parametrize(
    ("key", "value", "keeps", "expected"),
    [
        ("kind", "API", True, DOCUMENTS + "x: 1\n"),
        ("metadata.name", "a", True, DOCUMENTS.replace("---\n", "x: 1\n---\n")),
        ("version", "2", True, DOCUMENTS + "x: 1\n"),
        ("kind", "API", False, (DOCUMENTS + "x: 1\n").replace(" # A", "").replace(" # B", "")),
    ],
)
def test_merges_into_the_document_that_is_meant(key, value, keeps, expected):
    ran = run(
        "merge",
        {
            "path": "x.yaml",
            "content": "x: 1",
            "useDocumentIncludingField": {"key": key, "value": value},
            "preserveYamlComments": keeps,
        },
        files={"x.yaml": DOCUMENTS},
    )

    assert text_of(ran, "x.yaml") == expected


def test_asks_which_document_is_meant():
    with pytest.raises(InputError, match="Please provide a key and value to use to find the document to merge into"):
        run("merge", {"path": "x.yaml", "content": {"x": 1}}, files={"x.yaml": DOCUMENTS})


def test_says_that_no_document_is_meant():
    ran = run(
        "merge",
        {"path": "x.yaml", "content": {"x": 1}, "useDocumentIncludingField": {"key": "kind", "value": "Group"}},
        files={"x.yaml": DOCUMENTS},
    )

    assert ran.log.text == "No document in 'x.yaml' has the field that 'useDocumentIncludingField' names"


def test_merges_into_json_by_its_extension():
    ran = run("merge", {"path": "x.json", "content": {"b": [1]}}, files={"x.json": '{"a": 1}'})

    assert text_of(ran, "x.json") == '{\n  "a": 1,\n  "b": [\n    1\n  ]\n}'


def test_merges_into_no_other_file():
    ran = run("merge", {"path": "x.toml", "content": {"b": 1}}, files={"x.toml": "a = 1"})

    assert (ran.files, ran.outputs) == ({"x.toml": b"a = 1"}, {})
    assert ran.log.text == "'x.toml' is left as it is: only .json, .yaml and .yml files can be merged into"


def test_merging_needs_a_file():
    with pytest.raises(NotFoundError, match=r"The file x.yaml does not exist"):
        run("merge", {"path": "x.yaml", "content": {}})


# Serialising


@pytest.mark.parametrize(
    ("input", "expected"),
    [
        ({"data": {"hello": "wörld", "n": [1, None]}}, '{"hello":"wörld","n":[1,null]}'),
        ({"data": {"a": {"b": 1, "c": 2}, "b": 3}, "replacer": ["b", "a"]}, '{"b":3,"a":{"b":1}}'),
        ({"data": {"a": 1}, "replacer": []}, '{"a":1}'),
        ({"data": {"a": [1]}, "space": "--"}, '{\n--"a": [\n----1\n--]\n}'),
        ({"data": {"a": "\u2028\ud800 \x07"}}, '{"a":"\u2028\\ud800 \\u0007"}'),
    ],
)
def test_serialises_json(input, expected):
    assert run("serialize:json", input).outputs == {"serialized": expected}


LONG = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore"
YAML_CASES = [
    ({}, {}, "{}\n"),
    ({"a": []}, {}, "a: []\n"),
    ({"a": {"b": [1, {"c": None}]}}, {}, "a:\n  b:\n    - 1\n    - c: null\n"),
    ({"a": "true", "b": "1.0", "c": "", "d": "~", "e": "0x1f"}, {}, 'a: "true"\nb: "1.0"\nc: ""\nd: "~"\ne: "0x1f"\n'),
    ({"a": "x: y", "b": "- c", "c": "#", "d": "it's", "e": 'a "b": c'}, {}, 'a: "x: y"\nb: "- c"\nc: "#"\nd: it\'s\ne: \'a "b": c\'\n'),
    ({"a": "one\ntwo\n", "b": "one\ntwo", "c": "one\n\n"}, {}, "a: |\n  one\n  two\nb: |-\n  one\n  two\nc: |+\n  one\n\n"),
    ({"a": "  one\ntwo"}, {}, "a: |2-\n    one\n  two\n"),
    ({"a": LONG}, {}, "a: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor\n  incididunt ut labore\n"),
    ({"a": LONG}, {"lineWidth": 0}, f"a: {LONG}\n"),
    ({"a": f"{LONG}\nx"}, {}, "a: >-\n  lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor\n  incididunt ut labore\n\n  x\n"),
    ({"a": "---"}, {}, "a: ---\n"),
    ({"a": [1, 2]}, {"indentSeq": False}, "a:\n- 1\n- 2\n"),
    ({"a": {"b": [1]}}, {"indent": 4}, "a:\n    b:\n        - 1\n"),
    ({"a": {"b": [1, "x, y"]}}, {"collectionStyle": "flow"}, '{ a: { b: [ 1, "x, y" ] } }\n'),
    ({"a": [1]}, {"collectionStyle": "flow", "flowCollectionPadding": False}, "{a: [1]}\n"),
    ({"a": "b"}, {"defaultStringType": "QUOTE_DOUBLE", "defaultKeyType": "PLAIN"}, 'a: "b"\n'),
    ({"a": "b\nc"}, {"defaultStringType": "QUOTE_SINGLE"}, "'a': 'b\n\n  c'\n"),
    ({"a": "x: y"}, {"singleQuote": True}, "a: 'x: y'\n"),
    ({"a": None, "b": True, "c": False}, {"nullStr": "", "trueStr": "yes", "falseStr": "no"}, "a:\nb: yes\nc: no\n"),
    ({"a": 1}, {"directives": True}, "---\na: 1\n"),
    ({"a": "\x07\u0085"}, {}, 'a: "\\a\u0085"\n'),
    ({"a": 1e21, "b": 1e-7, "c": 0.1}, {}, "a: 1e+21\nb: 1e-7\nc: 0.1\n"),
    ({"k" * 1025: 1}, {}, f"? {'k' * 1025}\n: 1\n"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "options", "expected"), YAML_CASES)
def test_serialises_yaml_as_the_npm_package_does(data, options, expected):
    assert run("serialize:yaml", {"data": data, "options": options}).outputs == {"serialized": expected}


@pytest.mark.parametrize("row", json.loads(TABLE.read_text()), ids=str)
def test_writes_odd_values_as_the_npm_package_does(row):
    assert yaml_text(row["value"], YamlOptions.from_input(row["options"])) == row["text"]


def test_a_space_between_line_breaks_is_escaped_once():
    value = {"a": "\x07" + "x" * 50 + "\n \ny"}

    assert parse_yaml(yaml_text(value), named="it") == value


def test_a_character_is_never_broken_in_two():
    text = yaml_text({"a": "\x07" + "😀" * 60}, YamlOptions(line_width=20))

    assert "\ufffd" not in text
    assert text.count("😀") == 60


def test_an_indent_of_nothing_is_refused():
    with pytest.raises(InputError, match="The YAML option 'indent' is 0; it must be a whole number from 1 to 100"):
        run("serialize:yaml", {"data": {}, "options": {"indent": 0}})


# Zip, sleep


def test_zips_a_folder():
    files = {"site/index.html": "<p>", "site/css/main.css": "p{}", "other.txt": "x"}

    ran = run("zip", {"path": "./site", "outputPath": "out/site.zip"}, files=files)

    archive = zipfile.ZipFile(io.BytesIO(ran.files["out/site.zip"]))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "css/": b"",
        "css/main.css": b"p{}",
        "index.html": b"<p>",
    }
    assert ran.outputs == {"outputPath": "out/site.zip"}


def test_zips_the_whole_workspace_the_same_way_each_time():
    files = {"a.txt": "a", "b/c.txt": "c"}
    first, second = (run("zip", {"path": ".", "outputPath": "all.zip"}, files=files) for _ in range(2))

    assert zipfile.ZipFile(io.BytesIO(first.files["all.zip"])).namelist() == ["a.txt", "b/", "b/c.txt"]
    assert first.files["all.zip"] == second.files["all.zip"]


def test_zips_one_file():
    ran = run("zip", {"path": "b/c.txt", "outputPath": "c.zip"}, files={"b/c.txt": "c"})

    assert zipfile.ZipFile(io.BytesIO(ran.files["c.zip"])).namelist() == ["c.txt"]


def test_zipping_needs_something():
    with pytest.raises(InputError, match=r"File nope does not exist. Can't zip it."):
        run("zip", {"path": "nope", "outputPath": "x.zip"})


def test_sleeps_until_it_is_stopped():
    stop = EventStop()
    threading.Timer(0.02, stop.event.set).start()

    with pytest.raises(StepStoppedError):
        run("sleep", {"amount": 3600}, stop=stop)


def test_does_not_sleep_again_when_it_is_tried_again():
    ran = run("sleep", {"amount": 3600}, checkpoints={"end": "0"})

    assert ran.log.text == "Waiting 3600 seconds"


def test_a_dry_run_does_not_sleep():
    assert run("sleep", {"amount": 3600}, is_dry_run=True).checkpoints == {}


# JSONata

SERVICE = {
    "service": {
        "name": "demo-api",
        "version": "2.1.0",
        "config": {"port": 8080},
        "endpoints": [
            {"path": "/users", "method": "GET", "auth": True},
            {"path": "/health", "method": "GET", "auth": False},
            {"path": "/admin", "method": "POST", "auth": True},
        ],
        "team": {"members": ["alice", "bob", "charlie"]},
    }
}
ENTITIES = [{"metadata": {"uid": "1", "name": "a"}}, {"metadata": {"uid": "2", "name": "b"}}]
JSONATA_CASES = [
    (SERVICE, '{ "name": service.name, "port": service.config.port }', {"name": "demo-api", "port": 8080}),
    (SERVICE, '{ "api": { "routes": service.endpoints.path } }', {"api": {"routes": ["/users", "/health", "/admin"]}}),
    (
        SERVICE,
        '{ "total": $count(service.endpoints), "methods": $distinct(service.endpoints.method) }',
        {"total": 3, "methods": ["GET", "POST"]},
    ),
    (SERVICE, "service.endpoints[auth=false]", {"path": "/health", "method": "GET", "auth": False}),
    (ENTITIES, "$.metadata.uid", ["1", "2"]),
    ({"items": ["item1"]}, '$ ~> | $ | { "items": [items, "item2"] }|', {"items": ["item1", "item2"]}),
    ({"a": None}, '{"b": a, "c": missing}', {"b": None}),
    ({"a": "url:https://x"}, '$replace(a, /^url:(.*)$/, "<$1>")', "<https://x>"),
    ({}, '$type($now())', "string"),
    ({}, "1e21", 1e21),
    (None, "$", None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expression", "result"), JSONATA_CASES)
def test_evaluates_expressions_of_real_templates(data, expression, result):
    assert run("jsonata", {"data": data, "expression": expression}).outputs == {"result": result}


def test_gives_no_output_where_nothing_is_found():
    assert run("jsonata", {"data": {"a": 1}, "expression": "b"}).outputs == {}


@pytest.mark.parametrize("expression", ["(", "1 + 'x'", "$nope()", "function($x){$x}"])
def test_says_that_an_expression_is_wrong(expression):
    with pytest.raises(InputError, match="JSONata failed to evaluate the expression: "):
        run("jsonata", {"data": {}, "expression": expression})


@pytest.mark.parametrize(
    "expression",
    [
        "( $f := function($x) { $f($x + 1) }; $f(0) )",
        '$match("' + "x" * 40 + '", /(?=(x|x)*y)/)',
        "[1..9999999] ~> $map(function($v) { $v })",
    ],
)
def test_an_expression_that_does_not_end_is_stopped(monkeypatch, expression):
    monkeypatch.setattr(jsonata_run, "SECONDS", 1)
    monkeypatch.setattr(jsonata_run, "MEMORY", 256 * 1024 * 1024)

    with pytest.raises(InputError, match="JSONata failed to evaluate the expression: "):
        jsonata_run.evaluate(expression, {}, seconds=1)


def test_transforms_json_files():
    files = {"package.json": '{"name": "x", "scripts": {"test": "jest"}}'}
    wish = {"path": "package.json", "expression": '$ ~> |scripts|{"lint": "eslint ."}|'}

    assert run("jsonata:json:transform", wish, files=files).outputs == {
        "result": '{"name":"x","scripts":{"test":"jest","lint":"eslint ."}}'
    }
    assert run("jsonata:json:transform", {**wish, "space": " ", "replacer": ["name"]}, files=files).outputs == {
        "result": '{\n "name": "x"\n}'
    }
    assert run("jsonata:json:transform", {**wish, "as": "object"}, files=files).outputs == {
        "result": {"name": "x", "scripts": {"test": "jest", "lint": "eslint ."}}
    }


def test_transforms_yaml_files():
    files = {"catalog-info.yaml": ENTITY, "two.yaml": "a: 1\n---\na: 2\n"}
    owner = {"path": "catalog-info.yaml", "expression": '$merge([spec, {"owner": "team-b"}])'}

    assert run("jsonata:yaml:transform", owner, files=files).outputs == {
        "result": "owner: team-b\nlifecycle: production\n"
    }
    assert run("jsonata:yaml:transform", {**owner, "as": "object"}, files=files).outputs == {
        "result": {"owner": "team-b", "lifecycle": "production"}
    }
    assert run("jsonata:yaml:transform", {"path": "two.yaml", "expression": "a", "loadAll": True}, files=files).outputs == {
        "result": "- 1\n- 2\n"
    }  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_every_example_is_a_valid_input(name):
    steps = [step for example in OURS[name].examples for step in yaml.safe_load(example.example)["steps"]]
    own = [step for step in steps if step["action"] == f"roadiehq:utils:{name}"]

    assert own
    assert [schema_errors(step["input"], OURS[name].input) for step in own] == [[] for _ in own]
