"""``/``: all entities of a kind, searched, filtered and sorted."""

from __future__ import annotations

from dataclasses import replace

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.api.access import visible_entities
from catalog.queries.pages import EntityPage, QueryRequest, query_entities
from catalog.queries.predicate import Predicate
from common.errors import InputError
from portal.choices import list_filters, list_kinds
from portal.page import base_url, render_page
from portal.question import ALL_KINDS, DEFAULT_SORT, Question, read_question
from portal.row import describe_row
from portal.table import list_active, list_columns, list_orders
from portal.words import count_words

PAGE_SIZE = 50
SEARCHED = (
    "metadata.name",
    "metadata.title",
    "metadata.description",
    "metadata.tags",
    "spec.profile.displayname",
    "spec.profile.email",
)


@require_safe
def show_catalog(request: HttpRequest) -> HttpResponse:
    """A few index questions, each with one cheap look for changes; one query for the bodies."""
    visible = visible_entities(request)
    question = read_question(request.GET)
    kinds = list_kinds(question, visible)
    if not kinds:
        return render_page(request, "empty.html", {"base_url": base_url(), "section": "catalog"})
    chosen = next(choice for choice in kinds if choice.is_chosen)
    question = replace(question, kind=chosen.value)
    page = find_page(question, request.GET.get("cursor", ""), visible)
    filters = list_filters(question, visible)
    context = {
        "section": "catalog",
        "kinds": kinds,
        "chosen": chosen,
        "question": question,
        "filters": filters,
        "active": list_active(question, filters),
        "columns": list_columns(question, filters),
        "shown": {entry.filter.name for entry in filters} | ({"kind"} if question.kind == ALL_KINDS else set()),
        "orders": list_orders(question, filters),
        "rows": [describe_row(orjson.loads(body), question) for body in page.bodies],
        "found": count_words(page.total_items, question.kind),
        "unsorted": count_unsorted(question, page, visible),
        "plain_order": replace(question, sort=DEFAULT_SORT).url(),
        "all_of_kind": Question(question.kind).url(),
        "next": page.next_cursor and question.url(page.next_cursor),
        "previous": page.prev_cursor and question.url(page.prev_cursor),
    }
    return render_page(request, "catalog.html", context)


def find_page(question: Question, cursor: str, visible: Predicate | None) -> EntityPage:
    if cursor:
        try:
            return query_entities(cursor, limit=PAGE_SIZE, visible=visible)
        except InputError:
            pass  # a link that was cut short: its first page is the best answer
    return query_entities(_request(question, PAGE_SIZE), visible=visible)


def count_unsorted(question: Question, page: EntityPage, visible: Predicate | None) -> int:
    """How many entities have nothing to be sorted by, and are not in this order. One index question, if any."""
    if question.sort_name == DEFAULT_SORT:
        return 0
    everything = replace(_request(question, 0), order=())
    return max(0, query_entities(everything, visible=visible).total_items - page.total_items)


def _request(question: Question, limit: int) -> QueryRequest:
    return QueryRequest(
        predicate=question.predicate(),
        order=(question.order,),
        limit=limit,
        full_text_term=question.text,
        full_text_fields=SEARCHED,
    )
