"""``callboard template …``."""

import base64
import hashlib
import json
import uuid
from pathlib import Path

import pytest
import yaml

from config.cli import main
from scaffolder.models import Task, TaskSecrets
from scaffolder.settings import scaffolder_settings
from scaffolder.tasks.cancel import cancel_task
from scaffolder.vault import unseal
from tests.integration.api_world import ApiWorld
from tests.integration.task_world import run_next

pytestmark = pytest.mark.django_db

PARAMETERS = {
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$"},
        "language": {"type": "string", "default": "python"},
    },
}
STEPS = [
    {
        "id": "write",
        "name": "Write the file",
        "action": "roadiehq:utils:fs:write",
        "input": {
            "path": "src/${{ parameters.name }}.txt",
            "content": "${{ parameters.language }}\nby ${{ user.ref }}\n",
        },
    },
    {"id": "say", "action": "debug:log", "if": "${{ parameters.loud }}", "input": {"message": "hello"}},
    {
        "id": "secret",
        "action": "debug:log",
        "if": "${{ parameters.tells }}",
        "input": {"message": "it is ${{ secrets.token }}"},
    },
]
OUTPUT = {"made": "${{ parameters.name }}", "language": "${{ parameters.language }}"}


def template(name="new-service", *, steps=STEPS, title="A new service", **spec):
    metadata = {"name": name} | ({"title": title} if title else {})
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": metadata,
        "spec": {
            "owner": "team-a",
            "type": "service",
            "parameters": PARAMETERS,
            "steps": steps,
            "output": OUTPUT,
            **spec,
        },
    }


@pytest.fixture
def call(settings, client, capsys):
    """Runs a command; gives its exit status, its output and what it says beside that."""
    world = ApiWorld(settings, client)

    def run(*words):
        status = main(["template", *map(str, words)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    run.world = world
    return run


@pytest.fixture
def folder(tmp_path):
    """A template's folder, and a way to write files into it."""
    made = tmp_path / "my-template"
    made.mkdir()

    def write(name, content):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
        return path

    made_template = write("template.yaml", template())
    return type("Folder", (), {"path": made, "template": made_template, "write": staticmethod(write)})


# list


def test_lists_the_templates_in_the_catalog(call):
    call.world.register(template(), template("another", title=None, type="library"))

    status, output, _ = call("list")

    assert status == 0
    assert [line.split() for line in output.splitlines()] == [
        ["ref", "title", "owner", "type"],
        ["template:default/another", "another", "team-a", "library"],
        ["template:default/new-service", "A", "new", "service", "team-a", "service"],
        ["2", "templates"],
    ]


def test_lists_templates_for_scripts(call):
    call.world.register(template())

    assert json.loads(call("list", "--json")[1]) == [
        {
            "ref": "template:default/new-service",
            "title": "A new service",
            "owner": "team-a",
            "type": "service",
            "description": None,
        }
    ]


# dry-run


def test_runs_a_template_dry(call, folder, tmp_path):
    values = folder.write("values.yaml", {"name": "cart", "loud": True})

    status, output, aside = call("dry-run", folder.path, "--values", values, "--out", tmp_path / "out")

    assert status == 0
    assert output.splitlines() == [
        "1 file",
        "  src/cart.txt (11 bytes)",
        "output",
        "  made: cart",
        "  language: python",
    ]
    assert "write  Finished step Write the file" in aside.splitlines()
    assert "say  hello" in aside.splitlines()
    assert (tmp_path / "out/src/cart.txt").read_text() == "python\nby \n"
    assert list(scaffolder_settings().workspaces.iterdir()) == []


def test_runs_a_template_dry_for_scripts(call, folder):
    status, output, _ = call(
        "dry-run", folder.template, "--values", folder.write("v.json", '{"name": "cart"}'), "--json"
    )

    report = json.loads(output)
    assert status == 0
    assert report["directoryContents"] == [
        {"path": "src/cart.txt", "executable": False, "base64Content": base64.b64encode(b"python\nby \n").decode()}
    ]
    assert (report["output"], report["error"]) == ({"made": "cart", "language": "python"}, None)
    assert report["steps"] == {"write": "completed", "say": "skipped", "secret": "skipped"}
    assert report["log"][0] == {"body": {"message": "Starting up task with 3 steps"}}


def test_a_dry_run_reads_the_files_beside_the_template(call, folder):
    folder.write("skeleton/README.md", "# ${{ values.name }}\n")
    folder.write(".git/config", "[core]")
    step = {"action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}}
    folder.write("template.yaml", template(steps=[step]))

    _, output, _ = call("dry-run", folder.path, "--values", folder.write("v.yaml", "name: cart"), "--json")

    (made,) = json.loads(output)["directoryContents"]
    assert (made["path"], base64.b64decode(made["base64Content"])) == ("README.md", b"# cart\n")


def test_a_dry_run_shows_stars_for_secrets(call, folder):
    values = folder.write("v.yaml", {"name": "cart", "tells": True})
    secrets = folder.write("s.yaml", {"token": "sesame-open"})

    status, output, aside = call("dry-run", folder.path, "--values", values, "--secrets", secrets)

    assert status == 0
    assert "secret  ***" in aside.splitlines()
    assert "sesame-open" not in output + aside


def test_a_dry_run_that_fails_tells_how_far_it_came(call, folder):
    bad = {"id": "rename", "action": "fs:rename", "input": {"files": [{"from": "nope", "to": "x"}]}}
    folder.write("template.yaml", template(steps=[STEPS[0], bad]))

    status, output, aside = call("dry-run", folder.path, "--values", folder.write("v.yaml", "name: cart"))

    assert status == 1
    assert output.splitlines() == ["1 file", "  src/cart.txt (11 bytes)"]
    assert "write  Finished step Write the file" in aside.splitlines()
    assert "nope" in aside.splitlines()[-1]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, 'callboard: InputError: the form requires property "name"'),
        ({"name": "CART"}, 'callboard: InputError: name does not match pattern "^[a-z]+$"'),
    ],
)
def test_a_dry_run_says_which_values_are_wrong(call, folder, values, message):
    status, output, aside = call("dry-run", folder.path, "--values", folder.write("v.yaml", values))

    assert (status, output, aside) == (1, "", f"{message}\n")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("template.yaml", "kind: Component", "holds 0 templates; expected one document of kind Template"),
        ("template.yaml", "a: [", "YAML error at"),
        ("template.yaml", {**template(), "spec": {"type": "x"}}, "steps"),
        ("v.yaml", "- a", "must hold one mapping, as in 'name: cart'"),
        ("s.yaml", "token: 12345", "The secret 'token' in"),
    ],
)
def test_errors_are_one_line(call, folder, name, content, message):
    folder.write("v.yaml", "name: cart")
    folder.write("s.yaml", "{}")
    path = folder.write(name, content)

    status, output, aside = call(
        "dry-run", folder.path, "--values", folder.path / "v.yaml", "--secrets", folder.path / "s.yaml"
    )

    assert (status, output) == (1, "")
    assert aside.startswith("callboard: ")
    assert message in aside
    assert "12345" not in aside
    assert path.name in aside or "spec" in aside


def test_a_missing_file_is_named(call, folder, tmp_path):
    (tmp_path / "empty").mkdir()

    assert call("dry-run", tmp_path / "empty")[2] == f"callboard: There is no template.yaml in '{tmp_path}/empty'\n"
    assert "cannot be read: No such file or directory" in call("dry-run", tmp_path / "nope.yaml")[2]
    assert call("dry-run", folder.path, "--out", folder.path)[2].endswith("is not empty; name a new folder for --out\n")


# test


MADE_DIGEST = hashlib.sha256(b"python\nby \n").hexdigest()
CASE = {
    "name": "makes a service",
    "values": {"name": "cart"},
    "expect": {
        "files": {"src/cart.txt": "python\nby \n", "gone.txt": None},
        "noOtherFiles": True,
        "output": {"made": "cart"},
        "steps": {"write": "completed", "say": "skipped"},
    },
}


def changed(**expect):
    return {**CASE, "expect": {**CASE["expect"], **expect}}


def test_runs_the_cases_beside_a_template(call, folder):
    refusal = {
        "name": "refuses",
        "values": {"name": "X"},
        "expect": {"error": {"name": "InputError", "message": "match"}},
    }
    folder.write("template.test.yaml", "\n---\n".join(map(json.dumps, [CASE, refusal])))
    folder.write("tests/more.yaml", {"values": {"name": "b"}, "expect": {"files": {"src/b.txt": {"contains": "py"}}}})

    status, output, _ = call("test", folder.path)

    assert status == 0
    lines = [line.split() for line in output.splitlines()]
    assert [line[0] for line in lines if line] == ["result", "passed", "passed", "passed", "3"]
    assert output.splitlines()[-1] == "3 passed, 0 failed"


def test_a_failed_case_shows_the_difference(call, folder):
    folder.write("template.test.yaml", changed(files={"src/cart.txt": "go\nby \n"}))

    status, output, _ = call("test", folder.path)

    assert status == 1
    assert "failed" in output.splitlines()[1]
    assert output.splitlines()[-10:] == [
        f"makes a service ({folder.path}/template.test.yaml)",
        "  src/cart.txt is different",
        "  --- expected",
        "  +++ made",
        "  @@ -1,2 +1,2 @@",
        "  -go",
        "  +python",
        "   by·",
        "",
        "0 passed, 1 failed",
    ]


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ({"files": {}}, "src/cart.txt was made, but is not expected"),
        ({"files": {"src/cart.txt": None}, "noOtherFiles": False}, "src/cart.txt was made, but must not be there"),
        ({"files": {"x": {"contains": "y"}}, "noOtherFiles": False}, "x was not made (files: src/cart.txt)"),
        (
            {"files": {"src/cart.txt": {"contains": ["python", "go"]}}},
            "src/cart.txt does not contain 'go'\npython\nby ",
        ),
        ({"files": {"src/cart.txt": {"lacks": "python"}}}, "src/cart.txt contains 'python'"),
        ({"files": {"src/cart.txt": {"executable": True}}}, "src/cart.txt is not executable"),
        (
            {"files": {"src/cart.txt": {"sha256": "0" * 64}}},
            f"src/cart.txt has the SHA-256 {MADE_DIGEST}, expected {'0' * 64}",
        ),
        ({"output": {"made": "x"}}, "the output 'made' is different\n--- expected\n+++ made\n@@ -1 +1 @@\n-x\n+cart"),
        ({"output": {"no": 1}}, "there is no output 'no' (outputs: made, language)"),
        ({"steps": {"write": "failed"}}, "step write is completed, expected failed"),
        ({"steps": {"nope": "skipped"}}, "step nope did not run (those that did: write, say, secret)"),
        ({"error": True}, "it completed, but an error is expected"),
    ],
)
def test_says_what_is_not_as_expected(call, folder, expect, problem):
    folder.write("template.test.yaml", changed(**expect))

    status, output, _ = call("test", folder.path, "--json")

    (report,) = json.loads(output)
    assert (status, report["passed"], report["case"]) == (1, False, "makes a service")
    assert report["problems"] == [problem]


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (True, None),
        ({"name": "InputError"}, None),
        (False, 'it failed: InputError: name does not match pattern "^[a-z]+$"'),
        (
            {"name": "NotFoundError"},
            'the error has another name than NotFoundError: InputError: name does not match pattern "^[a-z]+$"',
        ),
        ({"message": "x y"}, "the error does not say 'x y': InputError: name does not match pattern \"^[a-z]+$\""),
    ],
)
def test_an_error_may_be_expected(call, folder, error, problem):
    folder.write("template.test.yaml", {"values": {"name": "X"}, "expect": {"error": error}})

    (report,) = json.loads(call("test", folder.path, "--json")[1])

    assert report["problems"] == ([] if problem is None else [problem])


def test_tests_all_templates_below_a_folder(call, folder, tmp_path):
    folder.write("template.test.yaml", CASE)
    (tmp_path / "without").mkdir()
    (tmp_path / "without/template.yaml").write_text(json.dumps(template()))

    assert call("test", tmp_path)[1].splitlines()[-1] == "1 passed, 0 failed"


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (None, "has no test cases; write some into template.test.yaml or tests/*.yaml"),
        ({"values": {}}, "case 1: it is wrong: 'expect' is a required property"),
        ({"expect": {"file": {}}}, "case 1: expect is wrong: Additional properties are not allowed"),
        ({"expect": {"steps": {"a": "done"}}}, "case 1: expect/steps/a is wrong: 'done' is not one of"),
    ],
)
def test_says_what_is_wrong_with_a_case(call, folder, case, message):
    if case is not None:
        folder.write("template.test.yaml", case)

    status, output, aside = call("test", folder.path)

    assert (status, output) == (1, "")
    assert message in aside
    assert len(aside.splitlines()) == 1


def test_there_must_be_something_to_test(call, tmp_path):
    assert call("test", tmp_path)[2] == (
        f"callboard: There is no template.yaml in '{tmp_path}', nor one with test cases below it\n"
    )


# run and logs


def test_creates_a_task_as_the_api_does(call, folder, monkeypatch):
    call.world.register(template())
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "sesame-open")
    values, secrets = folder.write("v.yaml", "name: cart"), folder.write("s.yaml", "other: x")

    status, output, _ = call(
        "run", "new-service", "--values", values, "--secrets", secrets, "--secret", "token", "--json"
    )

    task = Task.objects.get(id=json.loads(output)["id"])
    spec = json.loads(task.spec)
    assert (status, task.status, task.created_by, asked) == (0, "open", "", ["token: "])
    assert spec["parameters"] == {"language": "python", "name": "cart"}
    assert spec["templateInfo"]["entityRef"] == "template:default/new-service"
    sealed = TaskSecrets.objects.get(task=task).sealed
    assert unseal(sealed, task_id=task.id) == {"other": "x", "token": "sesame-open"}


def test_shows_the_log_of_a_task(call, folder):
    call.world.register(template())
    _, output, _ = call("run", "template:default/new-service", "--values", folder.write("v.yaml", "name: cart"))
    task_id = output.split()[1]
    run_next()

    status, output, _ = call("logs", task_id, "--follow")
    lines = [json.loads(line) for line in call("logs", task_id, "--json")[1].splitlines()]

    assert status == 0
    assert output.splitlines()[0] == "Starting up task with 3 steps"
    assert "write  Finished step Write the file" in output.splitlines()
    assert output.splitlines()[-1] == "Run completed with status: completed"
    assert {line["taskId"] for line in lines} == {task_id}
    assert lines[-1]["body"]["output"] == {"made": "cart", "language": "python"}


def test_following_a_task_that_does_not_complete_fails(call, folder):
    call.world.register(template())
    task_id = call("run", "new-service", "--values", folder.write("v.yaml", "name: cart"))[1].split()[1]
    cancel_task(task_id)

    status, output, _ = call("logs", task_id, "--follow", "--json")

    assert status == 1
    assert [json.loads(line)["type"] for line in output.splitlines()][-1] == "completion"


def test_a_failed_task_names_its_error(call, folder):
    bad = {"id": "rename", "action": "fs:rename", "input": {"files": [{"from": "nope", "to": "x"}]}}
    call.world.register(template(steps=[bad]))
    task_id = call("run", "new-service", "--values", folder.write("v.yaml", "name: cart"))[1].split()[1]
    run_next()

    output = call("logs", task_id)[1]

    assert "nope" in output.splitlines()[-1]


def test_runs_on_behalf_of_a_user(call, folder):
    alice = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {"name": "alice"},
        "spec": {"memberOf": []},
    }
    call.world.register(template(), alice)

    task_id = json.loads(
        call("run", "new-service", "--values", folder.write("v.yaml", "name: cart"), "--user", "alice", "--json")[1]
    )["id"]

    task = Task.objects.get(id=task_id)
    assert task.created_by == "user:default/alice"
    assert json.loads(task.spec)["user"]["entity"]["metadata"]["name"] == "alice"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nope"], "callboard: Template template:default/nope not found\n"),
        (["run", "component:default/cart"], "callboard: Invalid kind, only 'Template' kind is supported\n"),
        (["run", "new-service"], 'callboard: the form requires property "name"\n'),
        (["logs", "nope"], "callboard: No task with id 'nope' found\n"),
        (["logs", str(uuid.UUID(int=1))], f"callboard: No task with id '{uuid.UUID(int=1)}' found\n"),
    ],
)
def test_a_wrong_wish_is_answered_in_one_line(call, words, message):
    call.world.register(template())

    assert call(*words) == (1, "", message)


@pytest.mark.parametrize("command", [[], ["list"], ["dry-run"], ["test"], ["run"], ["logs"]])
def test_help_shows_examples(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main(["template", *command, "--help"])

    output = capsys.readouterr().out
    assert ended.value.code == 0
    assert "examples:\n  callboard template " in output


def test_the_cases_of_the_examples_pass(call):
    status, output, _ = call("test", Path(__file__).parents[2] / "examples/templates")

    assert (status, output.splitlines()[-1]) == (0, "5 passed, 0 failed")
