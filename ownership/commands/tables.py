"""``callboard own by|unowned|dangling|conflicts|paths``: rows as a table, as CSV or as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import orjson
from rich.table import Table as RichTable

from catalog.commands.terminal import harmless, open_console
from ownership.questions.by import list_owned_by
from ownership.questions.conflicts import list_conflicts
from ownership.questions.csv_text import csv_text
from ownership.questions.dangling import list_dangling
from ownership.questions.paths import find_owners_of_path
from ownership.questions.table import PageRequest, Table
from ownership.questions.unowned import list_unowned

EVERYTHING = PageRequest(limit=None)
PATH_COLUMNS = ("repository", "path", "owners", "via")


def run(arguments: argparse.Namespace) -> int:
    """``paths`` ends with 1 if a file has no owner; a report that finds something is no failure."""
    table = ANSWERS[arguments.own_command](arguments)
    if arguments.json:
        sys.stdout.write(orjson.dumps({**table.head, "items": list(table.rows)}).decode() + "\n")
    elif arguments.csv:
        sys.stdout.write(csv_text(table))
    else:
        _print(table)
    return 1 if arguments.own_command == "paths" and not all(row["owners"] for row in table.rows) else 0


def _by(arguments: argparse.Namespace) -> Table:
    return list_owned_by(
        arguments.owner, None, EVERYTHING, is_transitive=arguments.transitive, kinds=tuple(arguments.kind)
    )


def _unowned(arguments: argparse.Namespace) -> Table:
    return list_unowned(None, EVERYTHING, kinds=tuple(arguments.kind), leaves_out_inheriting=arguments.not_inheriting)


def _dangling(arguments: argparse.Namespace) -> Table:
    return list_dangling(None, EVERYTHING)


def _conflicts(arguments: argparse.Namespace) -> Table:
    return list_conflicts(None, EVERYTHING, kinds=tuple(arguments.kind))


def _paths(arguments: argparse.Namespace) -> Table:
    return Table(PATH_COLUMNS, [find_owners_of_path(arguments.repo, path, None) for path in arguments.path])


ANSWERS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "by": _by,
    "unowned": _unowned,
    "dangling": _dangling,
    "conflicts": _conflicts,
    "paths": _paths,
}


def _print(table: Table) -> None:
    console = open_console()
    shown = RichTable(box=None, header_style="bold", pad_edge=False)
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*(harmless(_text(row.get(column))) for column in table.columns))
    if table.rows:
        console.print(shown)
    console.print(f"{len(table.rows)} {'row' if len(table.rows) == 1 else 'rows'}", style="dim")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
