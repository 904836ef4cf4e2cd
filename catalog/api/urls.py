"""The catalog's routes, to be included at ``api/catalog/``. A slash at the end of one does not matter."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path

from catalog.api import (
    entities,
    entity_reads,
    locations,
    openapi_views,
    permissions,
    providers,
    unprocessed,
    validation,
)
from common.api.conditions import APPLY_ROUTE, METADATA_ROUTE
from common.api.doors import Handler, plain_view, unknown_route


def _route(route: str, view: Handler, name: str | None = None) -> list[URLPattern]:
    return [path(route, view, name=name), path(route + "/", view)]


_BY_NAME = "<str:kind>/<str:namespace>/<str:name>"

# The hottest first.
urlpatterns: list[Any] = [
    *_route(f"entities/by-name/{_BY_NAME}", plain_view(get=entity_reads.read_entity)),
    *_route("entities/by-query", plain_view(get=entity_reads.read_page, post=entity_reads.query_page)),
    *_route("entities/by-refs", plain_view(post=entity_reads.read_batch)),
    *_route("entity-facets", plain_view(get=entity_reads.read_facets, post=entity_reads.query_facets)),
    *_route("entities", plain_view(get=entity_reads.read_entities)),
    *_route(f"entities/by-name/{_BY_NAME}/ancestry", plain_view(get=entity_reads.read_ancestry)),
    *_route("entities/by-uid/<str:uid>", entities.EntityByUidView.as_view()),
    *_route("entities/unprocessed/failed", unprocessed.FailedEntitiesView.as_view()),
    *_route("entities/unprocessed/pending", unprocessed.PendingEntitiesView.as_view()),
    *_route("entities/unprocessed/delete/<str:entity_id>", unprocessed.UnprocessedEntityView.as_view()),
    *_route("locations", locations.LocationsView.as_view()),
    *_route("locations/by-query", locations.LocationQueryView.as_view()),
    *_route(f"locations/by-entity/{_BY_NAME}", locations.LocationOfEntityView.as_view()),
    *_route("locations/<str:location_id>", locations.LocationView.as_view(), name="catalog-location"),
    *_route("providers", providers.ProvidersView.as_view()),
    *_route("providers/<path:name>/accept", providers.AcceptRemovalView.as_view()),
    *_route("providers/<path:name>/run", providers.RunProviderView.as_view()),
    *_route("refresh", entities.RefreshView.as_view()),
    *_route("validate-entity", validation.ValidateEntityView.as_view()),
    *_route("analyze-location", locations.AnalyzeLocationView.as_view()),
    *_route("openapi.json", openapi_views.OpenApiView.as_view()),
    *_route("docs", openapi_views.OpenApiPageView.as_view(), name="catalog-openapi-page"),
    *_route(METADATA_ROUTE, plain_view(get=permissions.read_metadata)),
    *_route(APPLY_ROUTE, plain_view(post=permissions.apply)),
    re_path("", unknown_route),
]
