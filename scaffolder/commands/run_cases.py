"""``callboard template test``: the cases that a template's author keeps beside it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from catalog.commands.terminal import harmless, indented, open_console
from scaffolder.commands.cases import Case, find_template_files, read_cases
from scaffolder.commands.given import GivenTemplate, read_template, with_defaults
from scaffolder.commands.trial import try_template
from scaffolder.commands.verdict import find_problems


@dataclass(frozen=True, slots=True)
class Outcome:
    template: Path
    case: Case
    seconds: float
    problems: list[str]


def run(arguments: argparse.Namespace) -> int:
    console = open_console(stderr=True)
    given = [read_template(file) for file in find_template_files(arguments.path)]
    planned = [(template, case) for template in given for case in read_cases(template.folder)]
    with _progress(console) as show:
        outcomes = list(_run_all(planned, show))
    if arguments.json:
        sys.stdout.write(
            orjson.dumps([_describe(each) for each in outcomes], option=orjson.OPT_INDENT_2).decode() + "\n"
        )
    else:
        _print(outcomes, open_console())
    return 1 if any(outcome.problems for outcome in outcomes) else 0


def _run_all(planned: Iterable[tuple[GivenTemplate, Case]], show: Any) -> Iterator[Outcome]:
    for given, case in planned:
        show(f"{given.template['metadata']['name']}: {case.name}")
        started = time.monotonic()
        trial = try_template(given, values=with_defaults(case.values, given.template), secrets=case.secrets)
        yield Outcome(given.path, case, time.monotonic() - started, find_problems(trial, case.expect))


@contextmanager
def _progress(console: Console) -> Iterator[Any]:
    """What runs now, on a terminal only."""
    if not console.is_terminal:
        yield lambda text: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("")
        yield lambda text: progress.update(task, description=harmless(text))


def _describe(outcome: Outcome) -> dict[str, Any]:
    return {
        "template": str(outcome.template),
        "file": str(outcome.case.file),
        "case": outcome.case.name,
        "passed": not outcome.problems,
        "seconds": round(outcome.seconds, 3),
        "problems": outcome.problems,
    }


def _print(outcomes: list[Outcome], console: Console) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("result", "case", "file", "time"):
        table.add_column(column, overflow="fold")
    for outcome in outcomes:
        result = Text("failed", "red") if outcome.problems else Text("passed", "green")
        seconds = f"{outcome.seconds:.2f} s"
        table.add_row(result, harmless(outcome.case.name), harmless(str(outcome.case.file)), seconds)
    console.print(table)
    failed = [outcome for outcome in outcomes if outcome.problems]
    for outcome in failed:
        console.print(harmless(f"\n{outcome.case.name} ({outcome.case.file})"), style="bold red")
        for problem in outcome.problems:
            console.print(indented(problem))
    total = f"{len(outcomes) - len(failed)} passed, {len(failed)} failed"
    console.print(f"\n{total}", style="bold red" if failed else "bold green")
