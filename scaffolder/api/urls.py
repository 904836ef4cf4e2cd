"""The scaffolder's routes, to be included at ``api/scaffolder/``. A slash at the end of one does not matter."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from common.api.conditions import APPLY_ROUTE, METADATA_ROUTE
from common.api.doors import Handler, plain_view, unknown_route
from scaffolder.api import actions, dry_runs, event_stream, openapi_views, permissions, tasks, templates
from scaffolder.api.autocomplete import views as autocomplete


def _route(route: str, name: str | None = None, **handlers: Handler) -> list[URLPattern]:
    view = plain_view(**handlers)
    return [path(route, view, name=name), path(route + "/", view)]


_TASK = "v2/tasks/<str:task_id>"

urlpatterns: list[Any] = [
    *_route(f"{_TASK}/events", get=tasks.poll_events),
    *_route(f"{_TASK}/eventstream", get=event_stream.stream_events),
    *_route(_TASK, get=tasks.read),
    *_route("v2/tasks", get=tasks.list_all, post=tasks.create),
    *_route(f"{_TASK}/cancel", post=tasks.cancel),
    *_route(f"{_TASK}/retry", post=tasks.retry),
    *_route("v2/dry-run", post=dry_runs.run),
    *_route("v2/actions", get=actions.list_actions),
    *_route("v2/templating-extensions", get=actions.list_extensions),
    *_route("v2/templates/<str:namespace>/<str:kind>/<str:name>/parameter-schema", get=templates.read_parameter_schema),
    *_route("v2/autocomplete/<str:provider>/<str:resource>", post=autocomplete.suggest),
    *_route("openapi.json", get=openapi_views.read_description),
    *_route("docs", name="scaffolder-openapi-page", get=openapi_views.read_page),
    *_route(METADATA_ROUTE, get=permissions.read_metadata),
    *_route(APPLY_ROUTE, post=permissions.apply),
    re_path("", unknown_route),
]
