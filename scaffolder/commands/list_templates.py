"""``callboard template list``: the templates in the catalog."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import orjson
from rich.table import Table

from catalog.commands.terminal import harmless, open_console
from catalog.entity_ref import entity_ref_of
from catalog.queries.entities import list_entities
from catalog.queries.predicate import parse_filters

COLUMNS = ("ref", "title", "owner", "type")


def run(arguments: argparse.Namespace) -> int:
    entities = [orjson.loads(body) for body in list_entities(parse_filters(["kind=template"])).bodies]
    rows = sorted((_row(entity) for entity in entities), key=lambda row: str(row["ref"]))
    if arguments.json:
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(rows)
    return 0


def _row(entity: dict[str, Any]) -> dict[str, Any]:
    metadata, spec = entity["metadata"], entity["spec"]
    return {
        "ref": str(entity_ref_of(entity)),
        "title": metadata.get("title") or metadata["name"],
        "owner": spec.get("owner"),
        "type": spec.get("type"),
        "description": metadata.get("description"),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    console = open_console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(harmless(str(row[column] or "")) for column in COLUMNS))
    if rows:
        console.print(table)
    console.print(f"{len(rows)} {'template' if len(rows) == 1 else 'templates'}", style="dim")
