"""The command line as people and scripts meet it."""

import subprocess
import sys

import pytest

from tests.integration.serving import ROOT, SECRET, servers_environment


def callboard(*words, cwd=ROOT, **environment):
    with servers_environment() as clean:
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *words],
            cwd=cwd,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )


def test_helps_with_examples_before_django_is_there(tmp_path):
    run = callboard("--help", cwd=tmp_path)

    assert run.returncode == 0
    assert "callboard own who component:default/cart" in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_it_helps_and_fails(tmp_path):
    run = callboard(cwd=tmp_path)

    assert run.returncode == 2
    assert run.stdout.startswith("usage: callboard [-h] COMMAND ...")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            ["serve", "--port", "99999"], "argument --port: got '99999', expected a number up to 65535", id="a port"
        ),
        pytest.param(
            ["serve", "--role", "boss"],
            "argument --role: invalid choice: 'boss' (choose from 'all', 'web', 'worker', 'scheduler')",
            id="a role",
        ),
        pytest.param(["own"], "the following arguments are required: COMMAND", id="half a command"),
    ],
)
def test_a_wrong_word_is_explained(words, message, tmp_path):
    run = callboard(*words, cwd=tmp_path)

    assert run.returncode == 2
    assert run.stderr.endswith(f"error: {message}\n")


def test_a_command_may_be_the_first_that_touches_a_database(tmp_path):
    run = callboard("own", "who", "component:default/lights", "--data", "data", cwd=tmp_path)

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == ("callboard: No entity named 'lights' found, with kind 'component' in namespace 'default'\n")


def test_djangos_commands_are_there_too(tmp_path):
    run = callboard("migrate", "--check", cwd=tmp_path, CALLBOARD_DATA_DIR=str(tmp_path))

    assert run.returncode == 1  # nothing is migrated yet


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("file/below", "expected a folder that can be made: Not a directory", id="below a file"),
        pytest.param("file", "expected a folder that can be made: File exists", id="a file"),
    ],
)
def test_a_data_folder_that_cannot_be_is_one_line(tmp_path, data, message):
    (tmp_path / "file").touch()
    run = callboard("serve", "--data", str(tmp_path / data), cwd=tmp_path)

    assert run.returncode == 2
    assert run.stderr == f"callboard: --data: got '{tmp_path / data}', {message}\n"


def test_postgres_without_a_secret_is_one_line(tmp_path):
    run = callboard("serve", cwd=tmp_path, APP_CONFIG_callboard_secretKey="", DATABASE_URL="postgresql://127.0.0.1:1/x")

    assert run.returncode == 2
    assert run.stderr == (
        "callboard: app-config.yaml: callboard.secretKey: got nothing, "
        "expected a secret text, which PostgreSQL needs: as in `openssl rand -base64 32`\n"
    )
    assert SECRET not in run.stderr
