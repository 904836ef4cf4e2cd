"""The directions of imports, as pyproject.toml states them."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_go_down_only(capsys):
    status = lint_imports(no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
