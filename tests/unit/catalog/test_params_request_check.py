"""What is refused before any view sees it. The expected texts are those of Backstage's catalog-backend 4.0.0."""

import gzip
import json

import pytest
from django.test import RequestFactory

from catalog.api.openapi import DESCRIPTION
from catalog.api.request_check import check_request
from common.api.json_body import MAX_BYTES
from common.api.openapi import METHODS
from common.api.request_check import MAX_INTEGER
from common.errors import InputError


def refusal_of(operation_id, request):
    with pytest.raises(InputError) as caught:
        check_request(request, operation_id)
    return str(caught.value)


def post(body="", query="", content_type="application/json", **headers):
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return RequestFactory().generic("POST", "/?" + query, data, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=-1", "request/query/limit must be >= 0"),
        ("limit=x", "request/query/limit must be integer"),
        ("limit=1.5", "request/query/limit must be integer"),
        ("limit=true", "request/query/limit must be integer"),
        ("limit=NaN", "request/query/limit must be integer"),
        ("limit=1_0", "request/query/limit must be integer"),
        ("limit=1&limit=2", "request/query/limit must be integer"),
        ("limit[a]=1", "request/query/limit must be integer"),
        ("limit=", "Empty value found for query parameter 'limit'"),
        ("limit", "Empty value found for query parameter 'limit'"),
        ("filter=", "Empty value found for query parameter 'filter'"),
        ("filter[a]=b", "request/query/filter/0 must be string"),
        ("filter=b&filter[x]=a", "request/query/filter/1 must be string"),
        ("nope=1&limit=-1", "Unknown query parameter 'nope'"),
        ("a.b=1", "Unknown query parameter 'a.b'"),
        ("limit=x&offset=y", "request/query/limit must be integer"),
        ("offset=-1", "request/query/offset must be >= 0"),
        ("after=a&after=b", "request/query/after must be string"),
    ],
)
def test_refuses_a_query_that_the_operation_does_not_know(query, message):
    assert refusal_of("GetEntities", RequestFactory().get("/?" + query)) == message


@pytest.mark.parametrize(
    ("operation_id", "query", "message"),
    [
        (
            "GetEntitiesByQuery",
            "totalItems=maybe",
            "request/query/totalItems must be equal to one of the allowed values: include, exclude",
        ),
        ("GetEntitiesByQuery", "totalItems=include&totalItems=exclude", "request/query/totalItems must be string"),
        ("GetEntityFacets", "", "request/query must have required property 'facet'"),
        ("GetEntityFacets", "facet=", "Empty value found for query parameter 'facet'"),
        ("GetEntityByName", "x=1", "Unknown query parameter 'x'"),
    ],
)
def test_refuses_values_that_other_operations_do_not_take(operation_id, query, message):
    assert refusal_of(operation_id, RequestFactory().get("/?" + query)) == message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e2", 100),
        ("%205", 5),
        ("%20", 0),
        ("0x10", 16),
        ("0b11", 3),
        ("-0", 0),
        ("5.0", 5),
        ("%2B5", 5),
        ("1e400", MAX_INTEGER),
        ("Infinity", MAX_INTEGER),
        ("9" * 5000, MAX_INTEGER),
    ],
)
def test_reads_integers_as_javascript_does(text, number):
    assert check_request(RequestFactory().get("/?limit=" + text), "GetEntities").query == {"limit": number}


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("fields=a,b", {"fields": ["a", "b"]}),
        ("fields=a,b&fields=c", {"fields": ["a,b", "c"]}),
        ("filter=a,b", {"filter": ["a,b"]}),
        ("order=asc:kind", {"order": ["asc:kind"]}),
    ],
)
def test_makes_lists_of_what_the_operation_takes_as_lists(query, values):
    assert check_request(RequestFactory().get("/?" + query), "GetEntities").query == values


@pytest.mark.parametrize(
    ("operation_id", "body", "message"),
    [
        ("GetEntitiesByRefs", {}, "request/body must have required property 'entityRefs'"),
        ("GetEntitiesByRefs", {"entityRefs": "x"}, "request/body/entityRefs must be array"),
        ("GetEntitiesByRefs", {"entityRefs": ["a", None]}, "request/body/entityRefs/1 must be string"),
        ("GetEntitiesByRefs", {"entityRefs": ["a"], "query": []}, "request/body/query must be object"),
        ("QueryEntitiesByPredicate", [], "request/body must be object"),
        ("QueryEntitiesByPredicate", {"query": "kind"}, "request/body/query must be object"),
        ("QueryEntitiesByPredicate", {"query": None}, "request/body/query must be object"),
        ("QueryEntitiesByPredicate", {"cursor": None}, "request/body/cursor must be string"),
        ("QueryEntitiesByPredicate", {"limit": "5"}, "request/body/limit must be number"),
        ("QueryEntitiesByPredicate", {"limit": True}, "request/body/limit must be number"),
        ("QueryEntitiesByPredicate", {"orderBy": {"field": "a"}}, "request/body/orderBy must be array"),
        ("QueryEntitiesByPredicate", {"orderBy": [1]}, "request/body/orderBy/0 must be object"),
        (
            "QueryEntitiesByPredicate",
            {"orderBy": [{"order": 1}]},
            "request/body/orderBy/0 must have required property 'field'",
        ),
        (
            "QueryEntitiesByPredicate",
            {"orderBy": [{"field": "kind", "order": "up"}]},
            "request/body/orderBy/0/order must be equal to one of the allowed values: asc, desc",
        ),
        (
            "QueryEntitiesByPredicate",
            {"fullTextFilter": {"term": 1}},
            "request/body/fullTextFilter/term must be string",
        ),
        ("QueryEntityFacetsByPredicate", {}, "request/body must have required property 'facets'"),
        ("CreateLocation", {"type": "url"}, "request/body must have required property 'target'"),
        ("CreateLocation", {"type": 1, "target": 2}, "request/body/target must be string"),
        (
            "UpdateLocation",
            {"type": "url", "target": "x", "presence": "optional"},
            "request/body must NOT have additional properties",
        ),
        ("RefreshEntity", {"x": 1}, "request/body must have required property 'entityRef'"),
        ("RefreshEntity", {"entityRef": 1, "x": 1}, "request/body must NOT have additional properties"),
        ("RefreshEntity", {"entityRef": 2, "authorizationToken": 1}, "request/body/authorizationToken must be string"),
        ("ValidateEntity", {"location": 1}, "request/body must have required property 'entity'"),
        ("ValidateEntity", {"location": "a", "entity": "x"}, "request/body/entity must be object"),
        ("AnalyzeLocation", {"location": "x"}, "request/body/location must be object"),
        ("AnalyzeLocation", {"location": {"type": "a"}}, "request/body/location must have required property 'target'"),
        ("QueryEntitiesByPredicate", "{", "Expected property name or '}' in JSON at position 1"),
        ("QueryEntitiesByPredicate", "null", "Unexpected token 'n', \"null\" is not valid JSON"),
        ("QueryEntitiesByPredicate", b"\xff", "The request body is not UTF-8: invalid start byte at byte 0"),
        ("QueryEntitiesByPredicate", '{"a":' * 2000 + "1" + "}" * 2000, "Unsupported JSON: depth limit exceeded"),
        ("QueryEntitiesByPredicate", b" " * (MAX_BYTES + 1), "request entity too large"),
    ],
)
def test_refuses_a_body_that_the_operation_does_not_take(operation_id, body, message):
    assert refusal_of(operation_id, post(body)).partition(": line")[0] == message


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("text/plain", "unsupported media type text/plain"),
        ("application/vnd.x+json", "unsupported media type application/vnd.x+json"),
        ("", "unsupported media type undefined"),
        ("application/json; charset=latin1", 'unsupported charset "LATIN1"'),
    ],
)
def test_refuses_bodies_that_are_not_json(content_type, message):
    assert refusal_of("CreateLocation", post("{}", content_type=content_type)) == message


def test_names_the_faults_of_query_and_body_in_one_message():
    assert refusal_of("CreateLocation", post({"type": "url"}, "onConflict=nope")) == (
        "request/query/onConflict must be equal to one of the allowed values: refresh, reject, "
        "request/body must have required property 'target'"
    )


def test_takes_a_missing_body_where_the_operation_needs_none():
    assert check_request(post(content_type=""), "GetEntitiesByRefs").body == {}


@pytest.mark.parametrize(
    "content_type", ["APPLICATION/JSON", "application/json;charset=UTF-8", 'application/json; charset="utf-8"']
)
def test_takes_json_however_its_media_type_is_spelled(content_type):
    assert check_request(post("\ufeff{}", content_type=content_type), "QueryEntitiesByPredicate").body == {}


def test_takes_a_compressed_body():
    packed = gzip.compress(b'{"limit": 1}')

    checked = check_request(post(packed, **{"Content-Encoding": "gzip"}), "QueryEntitiesByPredicate")

    assert checked.body == {"limit": 1}


def test_refuses_a_compressed_body_that_is_huge_inside():
    bomb = gzip.compress(b" " * (MAX_BYTES + 10))

    assert (
        refusal_of("QueryEntitiesByPredicate", post(bomb, **{"Content-Encoding": "gzip"})) == "request entity too large"
    )


def test_refuses_a_content_encoding_that_it_does_not_know():
    request = post("{}", **{"Content-Encoding": "zzz"})

    assert refusal_of("QueryEntitiesByPredicate", request) == 'unsupported content encoding "zzz"'


def test_every_operation_of_the_document_can_be_checked():
    ids = [operation["operationId"] for path in DESCRIPTION.document["paths"].values() for operation in path.values()]

    assert [DESCRIPTION.operation(operation_id).id for operation_id in ids] == ids
    assert {method for path in DESCRIPTION.document["paths"].values() for method in path} <= set(METHODS)
