"""``/api/mcp-actions``: tools for agents. A slash at the end of a path does not matter."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from common.api.doors import plain_view, unknown_route
from mcp_actions import views

_server = plain_view(get=views.refuse_method, delete=views.refuse_method, post=views.call)

urlpatterns: list[Any] = [
    path("v1", _server),
    path("v1/", _server),
    path("v1/<str:key>", _server),
    path("v1/<str:key>/", _server),
    re_path("", unknown_route),
]
