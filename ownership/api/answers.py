"""Tables as JSON, as CSV and as one JSON object a line."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from common.json_response import json_response, to_json
from ownership.api.params import Format
from ownership.questions.csv_text import csv_text
from ownership.questions.table import Table


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
