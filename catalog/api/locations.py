"""The doors to registered locations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from catalog import locations
from catalog.access import allowed_by_policy
from catalog.analyze import analyze_location
from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.location_params import (
    parse_analysis_input,
    parse_location_input,
    parse_location_query,
    parse_yes,
)
from catalog.api.request_check import check_request
from catalog.bell import ring_for_processing
from catalog.entity_ref import EntityRef
from catalog.location_query import query_locations
from catalog.queries.refs import get_by_refs
from catalog.settings import catalog_settings
from common.api.answers import answer_empty, answer_with_etag
from common.errors import NotAllowedError, NotFoundError
from common.identity import identity_of


class LocationsView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        check_request(request, "GetLocations")
        found = locations.list_locations() if access.is_allowed(request, access.READ_LOCATIONS) else []
        return answer_with_etag(request, [{"data": location} for location in found])

    def post(self, request: Request) -> HttpResponse:
        checked = check_request(request, "CreateLocation")
        given = parse_location_input(checked.body)
        access.require(request, access.CREATE_LOCATIONS)
        if parse_yes(checked.query.get("dryRun")):
            return _answer_dry_run(request, locations.try_location(given.type, given.target))
        refuse_in_readonly_mode()
        on_conflict = checked.query.get("onConflict", "reject")
        registered = locations.register_location(given.type, given.target, on_conflict=on_conflict)
        ring_for_processing()
        return _answer_registered(request, registered)


def _answer_dry_run(request: HttpRequest, tried: locations.RegisteredLocation) -> HttpResponse:
    content = {"exists": tried.exists, "location": tried.location, "entities": tried.entities}
    return answer_with_etag(request, content, status=201)


def _answer_registered(request: HttpRequest, registered: locations.RegisteredLocation) -> HttpResponse:
    content = {"location": registered.location, "entities": registered.entities}
    response = answer_with_etag(request, content, status=201)
    response["Location"] = reverse("catalog-location", kwargs={"location_id": registered.location["id"]})
    return response


class LocationView(CatalogView):
    def get(self, request: Request, location_id: str) -> HttpResponse:
        check_request(request, "GetLocation")
        if not access.is_allowed(request, access.READ_LOCATIONS):
            raise NotFoundError(f"Found no location with ID {location_id}")
        return answer_with_etag(request, locations.get_location(location_id))

    def put(self, request: Request, location_id: str) -> HttpResponse:
        given = parse_location_input(check_request(request, "UpdateLocation").body)
        access.require(request, access.CREATE_LOCATIONS)
        refuse_in_readonly_mode()
        updated = locations.update_location(location_id, given.type, given.target)
        ring_for_processing()
        return answer_with_etag(request, updated)

    def delete(self, request: Request, location_id: str) -> HttpResponse:
        check_request(request, "DeleteLocation")
        access.require(request, access.DELETE_LOCATIONS)
        refuse_in_readonly_mode()
        locations.delete_location(location_id)
        ring_for_processing()
        return answer_empty(204)


class LocationOfEntityView(CatalogView):
    def get(self, request: Request, kind: str, namespace: str, name: str) -> HttpResponse:
        check_request(request, "GetLocationByEntity")
        ref = EntityRef(kind, namespace, name)
        if not access.is_allowed(request, access.READ_LOCATIONS) or not _is_visible(request, ref):
            raise NotFoundError(f"found no entity for ref {ref}")
        found = locations.location_of_entity(ref)
        return answer_with_etag(request, found)


def _is_visible(request: HttpRequest, ref: EntityRef) -> bool:
    visible = allowed_by_policy(identity_of(request), access.READ_ENTITIES)
    return visible is None or get_by_refs([str(ref)], visible=visible) != [None]


class LocationQueryView(CatalogView):
    def post(self, request: Request) -> HttpResponse:
        params = parse_location_query(check_request(request, "GetLocationsByQuery").body)
        if not access.is_allowed(request, access.READ_LOCATIONS):
            return answer_with_etag(request, {"items": [], "totalItems": 0, "pageInfo": {}})
        found = query_locations(params.predicate, limit=params.limit, after_id=params.after_id)
        page_info = {"nextCursor": params.cursor_after(found.items[-1]["id"])} if found.has_more else {}
        content = {"items": found.items, "totalItems": found.total_items, "pageInfo": page_info}
        return answer_with_etag(request, content)


class AnalyzeLocationView(CatalogView):
    def post(self, request: Request) -> HttpResponse:
        given = parse_analysis_input(check_request(request, "AnalyzeLocation").body)
        access.require(request, access.ANALYZE_LOCATIONS)
        return answer_with_etag(request, analyze_location(given.target, given.catalog_filename))


def refuse_in_readonly_mode() -> None:
    if catalog_settings().is_readonly:
        raise NotAllowedError("This operation not allowed in readonly mode")
