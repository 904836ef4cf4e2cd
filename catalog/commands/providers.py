"""``callboard catalog providers``: what fills the catalog by itself, and how it is doing."""

from __future__ import annotations

import argparse
import sys

import orjson
from django.utils import timezone
from rich.table import Table

from catalog.commands.terminal import harmless, indented, open_console
from catalog.providers.status import ProviderStatus, list_providers, status_json

COLOURS = {"ok": "green", "failed": "bold red", "held": "bold yellow", "waiting": "dim"}


def run(arguments: argparse.Namespace) -> int:
    found = list_providers()
    if arguments.json:
        content = [status_json(status) for status in found]
        sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(found)
    return 0


def _print(found: list[ProviderStatus]) -> None:
    console = open_console()
    if not found:
        console.print("No provider is configured under catalog.providers", style="dim")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("provider", "status", "entities", "last run", "next run"):
        table.add_column(column, overflow="fold")
    for status in found:
        table.add_row(
            harmless(status.name),
            _word(status),
            str(status.entities),
            _ago(status),
            _next(status),
            style=None,
        )
    console.print(table)
    for status in found:
        for text in [*([status.message] if status.message else []), *status.warnings]:
            console.print(harmless(status.name), style=COLOURS.get(status.status, "") if text == status.message else "")
            console.print(indented(text))


def _word(status: ProviderStatus) -> str:
    return f"running, {status.done} of {status.total}" if status.is_running else status.status


def _ago(status: ProviderStatus) -> str:
    return status.ended_at.strftime("%Y-%m-%d %H:%M:%S UTC") if status.ended_at else "never"


def _next(status: ProviderStatus) -> str:
    if status.next_run_at is None:
        return "when asked"
    return "now" if status.next_run_at <= timezone.now() else status.next_run_at.strftime("%Y-%m-%d %H:%M:%S UTC")
