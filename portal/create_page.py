"""``/create``: the templates that something new can be made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.api.access import visible_entities
from catalog.queries.facets import count_facets
from catalog.queries.predicate import HasValue
from portal.catalog_page import find_page
from portal.choices import list_filters
from portal.page import base_url, form_url, render_page
from portal.question import read_question
from portal.root import at
from portal.row import Row, describe_row
from portal.table import list_active

PATH = "/create"
KIND = "template"


@dataclass(frozen=True, slots=True)
class Card:
    row: Row
    form_url: str


@require_safe
def show_templates(request: HttpRequest) -> HttpResponse:
    """A few index questions, and one query for the bodies."""
    visible = visible_entities(request)
    question = replace(read_question(request.GET), kind=KIND, path=PATH)
    counts = count_facets(["kind"], predicate=HasValue("kind", (KIND,)), visible=visible)["kind"]
    total = sum(count for _, count in counts)
    page = find_page(question, request.GET.get("cursor", ""), visible)
    filters = list_filters(question, visible)
    context: dict[str, Any] = {
        "section": "create",
        "question": question,
        "filters": filters,
        "active": list_active(question, filters),
        "cards": [
            Card(row, form_url(row.ref)) for row in (describe_row(orjson.loads(b), question) for b in page.bodies)
        ],
        "found": page.total_items,
        "total": total,
        "everything": at(PATH),
        "base_url": base_url(),
        "next": page.next_cursor and question.url(page.next_cursor),
        "previous": page.prev_cursor and question.url(page.prev_cursor),
    }
    return render_page(request, "create.html", context)
