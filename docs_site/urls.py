"""``/api/techdocs``: documentation that was built elsewhere. To be included at ``api/techdocs/``."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from common.api.doors import Handler, plain_view, unknown_route
from docs_site import api

_ENTITY = "<str:namespace>/<str:kind>/<str:name>"


def _route(route: str, view: Handler) -> list[URLPattern]:
    """A slash at the end does not matter."""
    return [path(route, view), path(f"{route}/", view)]


urlpatterns: list[Any] = [
    path(f"static/docs/{_ENTITY}/<path:path>", plain_view(get=api.read_static)),
    path(f"static/docs/{_ENTITY}/", plain_view(get=api.read_static), {"path": ""}),
    path(f"static/docs/{_ENTITY}", plain_view(get=api.redirect_to_site)),
    *_route(f"metadata/entity/{_ENTITY}", plain_view(get=api.read_entity_metadata)),
    *_route(f"metadata/techdocs/{_ENTITY}", plain_view(get=api.read_site_metadata)),
    *_route(f"sync/{_ENTITY}", plain_view(get=api.follow_sync)),
    re_path("", unknown_route),
]
