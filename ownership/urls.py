"""``/api/ownership``. A slash at the end of a route does not matter."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from common.api.doors import Handler, plain_view, unknown_route
from ownership.api import views


def _route(route: str, name: str | None = None, **handlers: Handler) -> list[URLPattern]:
    view = plain_view(**handlers)
    return [path(route, view, name=name), path(route + "/", view)]


urlpatterns: list[Any] = [
    *_route("of/<str:kind>/<str:namespace>/<str:name>", get=views.read_owners),
    # Refs hold a slash, written as it is or as %2F.
    re_path("^by/(?P<owner>.+?)/?$", plain_view(get=views.read_owned)),
    *_route("unowned", get=views.read_unowned),
    *_route("dangling", get=views.read_dangling),
    *_route("conflicts", get=views.read_conflicts),
    *_route("paths", get=views.read_path),
    *_route("resolve", post=views.resolve_all),
    *_route("openapi.json", get=views.read_description),
    *_route("docs", name="ownership-openapi-page", get=views.read_page),
    re_path("", unknown_route),
]
