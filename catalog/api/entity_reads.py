"""The hottest reads: plain views that check, ask and join text."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from catalog.api.access import visible_entities
from catalog.api.answers import join_bodies, join_page
from catalog.api.params import (
    FacetParams,
    PageParams,
    parse_batch_params,
    parse_facet_body,
    parse_facet_params,
    parse_list_params,
    parse_page_body,
    parse_page_params,
)
from catalog.api.request_check import check_request
from catalog.entity_ref import EntityRef
from catalog.queries.ancestry import get_ancestry
from catalog.queries.entities import list_entities
from catalog.queries.facets import count_facets
from catalog.queries.pages import query_entities
from catalog.queries.refs import get_by_ref, get_by_refs
from common.api.answers import answer_with_etag
from common.errors import NotFoundError
from common.json_response import json_text_response


def read_entities(request: HttpRequest) -> HttpResponse:
    params = parse_list_params(check_request(request, "GetEntities").query)
    found = list_entities(
        params.predicate,
        fields=params.fields,
        order=params.order,
        limit=params.limit,
        offset=params.offset,
        after=params.after,
        visible=visible_entities(request),
    )
    response = json_text_response(join_bodies(found.bodies))
    if found.next_cursor:
        response["Link"] = f'<{_next_page(request, found.next_cursor)}>; rel="next"'
    return response


def _next_page(request: HttpRequest, cursor: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.META["QUERY_STRING"]) if name not in ("offset", "after")]
    return f"/entities?{urlencode([*kept, ('after', cursor)])}"


def read_ancestry(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    check_request(request, "GetEntityAncestryByName")
    ref = EntityRef(kind, namespace, name)
    try:
        return answer_with_etag(request, get_ancestry(ref, visible=visible_entities(request)))
    except NotFoundError:
        raise NotFoundError(f"No such entity {ref}") from None


def read_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    check_request(request, "GetEntityByName")
    try:
        body = get_by_ref(EntityRef(kind, namespace, name), visible=visible_entities(request))
    except NotFoundError:
        message = f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
        raise NotFoundError(message) from None
    return json_text_response(body)


def read_page(request: HttpRequest) -> HttpResponse:
    return _answer_page(request, parse_page_params(check_request(request, "GetEntitiesByQuery").query))


def query_page(request: HttpRequest) -> HttpResponse:
    return _answer_page(request, parse_page_body(check_request(request, "QueryEntitiesByPredicate").body))


def _answer_page(request: HttpRequest, params: PageParams) -> HttpResponse:
    page = query_entities(params.question, limit=params.limit, fields=params.fields, visible=visible_entities(request))
    cursors = {"nextCursor": page.next_cursor, "prevCursor": page.prev_cursor}
    page_info = {name: cursor for name, cursor in cursors.items() if cursor}
    return json_text_response(join_page(page.bodies, {"totalItems": page.total_items, "pageInfo": page_info}))


def read_batch(request: HttpRequest) -> HttpResponse:
    checked = check_request(request, "GetEntitiesByRefs")
    params = parse_batch_params(checked.query, checked.body)
    found = get_by_refs(
        params.refs, predicate=params.predicate, fields=params.fields, visible=visible_entities(request)
    )
    return json_text_response(b'{"items":%s}' % join_bodies(found))


def read_facets(request: HttpRequest) -> HttpResponse:
    return _answer_facets(request, parse_facet_params(check_request(request, "GetEntityFacets").query))


def query_facets(request: HttpRequest) -> HttpResponse:
    return _answer_facets(request, parse_facet_body(check_request(request, "QueryEntityFacetsByPredicate").body))


def _answer_facets(request: HttpRequest, params: FacetParams) -> HttpResponse:
    counts = count_facets(params.facets, predicate=params.predicate, visible=visible_entities(request))
    facets = {facet: [{"value": value, "count": count} for value, count in found] for facet, found in counts.items()}
    return answer_with_etag(request, {"facets": facets})
