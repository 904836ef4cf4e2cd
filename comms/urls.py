"""
What one person is told and has chosen (notifications, signals and settings), and what code hosts tell (events). To be
included at ``api/``.

A slash at the end of a route does not matter.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from common.api.doors import Handler, plain_view, unknown_route
from comms.api import events, notifications, signals, user_settings


def _route(route: str, name: str | None = None, **handlers: Handler) -> list[URLPattern]:
    view = plain_view(**handlers)
    return [path(route, view, name=name), path(route + "/", view)]


# Keys may hold slashes, and so may buckets.
_SETTING = r"^user-settings/buckets/(?P<bucket>.+?)/keys/(?P<key>.+)$"

urlpatterns: list[Any] = [
    *_route("notifications/status", get=notifications.read_status),
    *_route("notifications/topics", get=notifications.read_topics),
    *_route("notifications/settings", get=notifications.read_settings, post=notifications.update_settings),
    *_route("notifications/openapi.json", get=notifications.read_description),
    *_route("notifications/docs", name="notifications-openapi-page", get=notifications.read_page),
    *_route("notifications/notifications/update", post=notifications.update),
    *_route("notifications/update", post=notifications.update),
    *_route("notifications/notifications", get=notifications.list_all, post=notifications.create),
    *_route("notifications", get=notifications.list_all, post=notifications.create),
    *_route("notifications/notifications/<str:id_>", get=notifications.read_one),
    *_route("notifications/<str:id_>", get=notifications.read_one),
    *_route("signals", get=signals.open_socket),
    *_route("signals/health", get=signals.read_health),
    *_route("events/http/<str:topic>", post=events.publish),
    *_route("user-settings/multiget", post=user_settings.read_many),
    re_path(
        _SETTING,
        plain_view(get=user_settings.read_one, put=user_settings.write, delete=user_settings.delete),
    ),
    re_path("^(?:notifications|signals|user-settings|events)(?:/|$)", unknown_route),
]
