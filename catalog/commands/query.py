"""``callboard catalog query``: entities as a table, or as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import orjson
from rich.table import Table

from catalog.commands.terminal import harmless, open_console
from catalog.queries.entities import list_entities
from catalog.queries.fields import parse_fields
from catalog.queries.predicate import parse_filters

_COLUMNS = "kind,metadata.namespace,metadata.name,spec.type,spec.owner"


def run(arguments: argparse.Namespace) -> int:
    columns = [path.strip() for path in (arguments.fields or _COLUMNS).split(",") if path.strip()]
    # A table is cut to its columns; JSON comes whole unless fields were named.
    fields = None if arguments.json and not arguments.fields else parse_fields(None, extra=columns)
    limit = None if arguments.limit is None else max(arguments.limit, 1)
    bodies = list_entities(parse_filters(arguments.filters or None), fields=fields, limit=limit).bodies
    if arguments.json:
        sys.stdout.write(f"[{','.join(body.decode() for body in bodies)}]\n")
    else:
        _print_table([orjson.loads(body) for body in bodies], columns)
    return 0


def _print_table(entities: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    console = open_console()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.removeprefix("metadata.").removeprefix("spec."), overflow="fold")
    for entity in entities:
        table.add_row(*(harmless(as_text(value_at(entity, column))) for column in columns))
    if entities:
        console.print(table)
    console.print(f"{len(entities)} {'entity' if len(entities) == 1 else 'entities'}", style="dim")


def value_at(entity: Any, path: str) -> Any:
    """The value at a dotted path, whose keys may hold dots themselves; None where there is none."""
    if not path:
        return entity
    if not isinstance(entity, dict):
        return None
    for key, value in entity.items():
        if path == key:
            return value
        if path.startswith(f"{key}.") and (found := value_at(value, path[len(key) + 1 :])) is not None:
            return found
    return None


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
