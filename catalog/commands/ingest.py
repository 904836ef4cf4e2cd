"""``callboard catalog ingest``: reads a path or URL into the catalog, and shows how it goes."""

from __future__ import annotations

import argparse
import sys

import orjson
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from catalog.commands.terminal import harmless, indented, open_console
from catalog.ingestion.once import IngestReport, ingest_once
from catalog.ingestion.run import ProcessReport


def run(arguments: argparse.Namespace) -> int:
    """Exit status 1 if anything that was read does not appear."""
    console = open_console(stderr=True)
    report = _ingest(arguments.target, console)
    if arguments.json:
        sys.stdout.write(orjson.dumps(_describe(report), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(report, console)
    return 1 if report.failed else 0


def _ingest(target: str, console: Console) -> IngestReport:
    """A bar on a terminal; a line now and then where the output is kept."""
    if not console.is_terminal:
        return ingest_once(target, on_progress=_LinePrinter(console).show)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task("reading")
        return ingest_once(target, on_progress=lambda run: progress.update(task, description=_summary(run)))


class _LinePrinter:
    """Prints a line each time the number of entities has doubled, so that a log stays short."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.next_at = 100

    def show(self, run: ProcessReport) -> None:
        if run.processed >= self.next_at:
            self.next_at = run.processed * 2
            self.console.print(_summary(run))


def _summary(run: ProcessReport) -> str:
    text = f"{run.processed} entities from {run.locations} locations"
    return f"{text}, {run.failed} with errors" if run.failed else text


def _print(report: IngestReport, console: Console) -> None:
    for entity in report.failed:
        console.print(harmless(entity.entity_ref), style="bold red")
        for error in entity.errors:
            console.print(indented(error["message"]))
    console.print(_summary(report.run), style="yellow" if report.failed else "green")


def _describe(report: IngestReport) -> dict[str, object]:
    run = report.run
    return {
        "location": str(report.location),
        "locations": run.locations,
        "processed": run.processed,
        "failed": run.failed,
        "unchanged": run.unchanged,
        "errors": [{"entityRef": entity.entity_ref, "errors": entity.errors} for entity in report.failed],
    }
