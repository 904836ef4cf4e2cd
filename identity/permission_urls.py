"""``/api/permission``: what a caller may do."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from common.api.doors import plain_view, unknown_route
from identity import permission_api

urlpatterns: list[Any] = [
    path("authorize", plain_view(post=permission_api.authorize)),
    path("authorize/", plain_view(post=permission_api.authorize)),
    path("health", plain_view(get=permission_api.read_health)),
    re_path("", unknown_route),
]
