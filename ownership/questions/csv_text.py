"""Tables as CSV, harmless to whoever opens them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ownership.questions.table import Table

# A spreadsheet would take a text that begins so for a formula.
FORMULA = ("=", "+", "-", "\t", "\r")


def csv_text(table: Table) -> str:
    """With the names of the columns above; lists are parted by blanks."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([table.columns, *_cells(table.columns, table.rows)])
    return out.getvalue()


def _cells(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [harmless_cell(_text(row.get(column))) for column in columns]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def harmless_cell(text: str) -> str:
    """With an apostrophe before what a spreadsheet would run. ``@user`` is none of that, ``@SUM(A1)`` is."""
    is_formula = text.startswith(FORMULA) or (text.startswith("@") and "(" in text)
    return f"'{text}" if is_formula else text
