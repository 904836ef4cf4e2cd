"""``callboard template dry-run``: a template from a folder, run without any effect."""

from __future__ import annotations

import argparse
import base64
import sys
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from catalog.commands.terminal import harmless, indented, open_console
from common.errors import InputError
from scaffolder.actions.yaml_text import YamlOptions, yaml_text
from scaffolder.commands.given import read_secrets, read_template, read_values
from scaffolder.commands.lines import print_line
from scaffolder.commands.trial import Trial, try_template
from scaffolder.dry_run import DryRunFile
from scaffolder.workspace.workspace import Workspace


def run(arguments: argparse.Namespace) -> int:
    given = read_template(arguments.path)
    values, secrets = read_values(arguments.values, given.template), read_secrets(arguments.secrets)
    out = None if arguments.out is None else _empty_folder(arguments.out)
    console = open_console(stderr=True)
    trial = try_template(given, values=values, secrets=secrets, on_line=lambda body: print_line(console, body))
    if out is not None:
        _write(trial.files, out)
    if arguments.json:
        sys.stdout.write(orjson.dumps(_describe(trial), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif trial.log:
        _print(trial, open_console())
    if trial.error is not None:
        console.print(harmless(f"callboard: {trial.error['name']}: {trial.error['message']}"), style="bold red")
    return 0 if trial.error is None else 1


def _empty_folder(path: Path) -> Path:
    """Made if it is not there. Raises InputError if anything is in it: nothing of anybody's is written over."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        is_empty = not any(path.iterdir())
    except OSError as error:
        raise InputError(f"'{path}' cannot be used for --out: {error.strerror}") from None
    if not is_empty:
        raise InputError(f"'{path}' is not empty; name a new folder for --out")
    return path


def _write(files: list[DryRunFile], folder: Path) -> None:
    target = Workspace(folder)
    for file in files:
        target.write_bytes(file.path, file.content, is_executable=file.is_executable)


def _describe(trial: Trial) -> dict[str, Any]:
    files = [
        {
            "path": file.path,
            "executable": file.is_executable,
            "base64Content": base64.b64encode(file.content).decode(),
        }
        for file in trial.files
    ]
    return {
        "log": [{"body": body} for body in trial.log],
        "directoryContents": files,
        "output": trial.output,
        "steps": trial.statuses,
        "error": trial.error,
    }


def _print(trial: Trial, console: Console) -> None:
    console.print(f"{len(trial.files)} {'file' if len(trial.files) == 1 else 'files'}", style="bold")
    for file in trial.files:
        note = ", executable" if file.is_executable else ""
        console.print(harmless(f"  {file.path} ({len(file.content)} bytes{note})"))
    if trial.output:
        console.print("output", style="bold")
        console.print(indented(yaml_text(trial.output, YamlOptions(line_width=0))))
