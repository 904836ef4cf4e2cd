"""Tables as JSON, as CSV and as one JSON object a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from common.json_response import json_response, to_json
from ownership.api.params import Format
from ownership.questions.table import Table

# A spreadsheet would take a text that begins so for a formula.
FORMULA = ("=", "+", "-", "\t", "\r")


def answer_table(request: HttpRequest, table: Table, format_: Format) -> HttpResponse:
    if format_ == "json":
        page_info = {"nextCursor": table.next_cursor} if table.next_cursor else {}
        response = json_response({**table.head, "items": table.rows, "pageInfo": page_info})
    elif format_ == "csv":
        response = HttpResponse(csv_text(table), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(
            b"".join(to_json(row) + b"\n" for row in table.rows), content_type="application/x-ndjson; charset=utf-8"
        )
    response["Vary"] = "Accept"
    if table.next_cursor:
        response["Link"] = f'<{_next_page(request, table.next_cursor)}>; rel="next"'
    return response


def _next_page(request: HttpRequest, cursor: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.META["QUERY_STRING"]) if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"


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
