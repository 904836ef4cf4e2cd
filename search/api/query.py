"""The door of ``GET /query``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from search.api.access import visible_to
from search.api.params import encode_page, parse_question
from search.highlight import TAGS
from search.query import Hit, SearchPage, known_types, search
from search.settings import search_settings


def answer_query(request: HttpRequest) -> HttpResponse:
    visible = visible_to(request)
    settings = search_settings()
    question, page = parse_question(request.META.get("QUERY_STRING", ""), known_types(), settings)
    found = search(question, settings, visible=visible)
    has_next = question.size > 0 and question.first + question.size < found.total
    return answer_with_etag(request, _show(found, page, has_next=has_next))


def _show(found: SearchPage, page: int, *, has_next: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"numberOfResults": found.total}
    if has_next:
        answer["nextPageCursor"] = encode_page(page + 1)
    if page > 0:
        answer["previousPageCursor"] = encode_page(page - 1)
    return {**answer, "results": [_show_hit(hit) for hit in found.hits]}


def _show_hit(hit: Hit) -> dict[str, Any]:
    highlight = {"preTag": TAGS.before, "postTag": TAGS.after, "fields": hit.highlight}
    return {"type": hit.type, "document": hit.document, "rank": hit.rank, "highlight": highlight}
