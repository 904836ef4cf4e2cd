"""``/api/search``. A slash at the end of a route does not matter."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from common.api.doors import Handler, plain_view, unknown_route
from search.api import openapi_views, query


def _route(route: str, handler: Handler, name: str | None = None) -> list[URLPattern]:
    view = plain_view(get=handler)
    return [path(route, view, name=name), path(route + "/", view)]


urlpatterns: list[Any] = [
    *_route("query", query.answer_query),
    *_route("openapi.json", openapi_views.read_description),
    *_route("docs", openapi_views.read_page, name="search-openapi-page"),
    re_path("", unknown_route),
]
