"""From checked requests to the questions that the queries take."""

import base64

import pytest

from catalog.api.params import (
    parse_batch_params,
    parse_facet_body,
    parse_facet_params,
    parse_list_params,
    parse_order,
    parse_order_fields,
    parse_page_body,
    parse_page_params,
)
from catalog.queries.fields import parse_fields
from catalog.queries.order import OrderField
from catalog.queries.pages import QueryRequest
from catalog.queries.predicate import AllOf, parse_filters, parse_predicate
from common.api.request_check import MAX_INTEGER
from common.errors import InputError

COMPONENTS = parse_filters(["kind=component"])
CURSOR = base64.b64encode(b"{}").decode()


def message_of(function, *arguments):
    with pytest.raises(InputError) as caught:
        function(*arguments)
    return str(caught.value)


def test_reads_the_order_of_the_plain_list():
    assert parse_order(["asc:kind", "desc:metadata.name"]) == (
        OrderField("kind", "asc"),
        OrderField("metadata.name", "desc"),
    )


@pytest.mark.parametrize("item", ["up:metadata.name", "asc:", "kind", "ASC:kind"])
def test_refuses_another_order(item):
    expected = f'Invalid order parameter "{item}", expected "<asc or desc>:<field name>"'

    assert message_of(parse_order, [item]) == expected


def test_reads_order_fields_with_and_without_a_direction():
    assert parse_order_fields(["kind", "metadata.name,desc", "a,asc,b"]) == (
        OrderField("kind"),
        OrderField("metadata.name", "desc"),
        OrderField("a", "asc"),
    )


@pytest.mark.parametrize("item", ["kind,up", "kind,", "kind,ASC"])
def test_refuses_another_direction(item):
    assert message_of(parse_order_fields, [item]) == "Invalid order field order, must be asc or desc"


def test_reads_the_plain_list():
    params = parse_list_params({"filter": ["kind=component"], "fields": ["kind"], "limit": 5, "after": "x"})

    assert params.predicate == COMPONENTS
    assert params.fields == parse_fields(["kind"])
    assert (params.order, params.limit, params.offset, params.after) == ((), 5, None, "x")


def test_refuses_a_list_of_nothing():
    assert message_of(parse_list_params, {"limit": 0}) == "Invalid limit, must be greater than zero"


def test_refuses_array_fields():
    assert message_of(parse_list_params, {"fields": ["a[0]"]}) == (
        'Invalid field "a[0]", array type fields are not supported'
    )


def test_reads_a_first_page():
    params = parse_page_params(
        {
            "filter": ["kind=component"],
            "orderField": ["kind,asc"],
            "limit": 0,
            "offset": 3,
            "fullTextFilterTerm": "x",
            "fullTextFilterFields": ["kind", "metadata.name"],
            "totalItems": "exclude",
        }
    )

    assert params.question == QueryRequest(
        predicate=COMPONENTS,
        order=(OrderField("kind", "asc"),),
        limit=0,
        offset=3,
        full_text_term="x",
        full_text_fields=("kind", "metadata.name"),
        total_items=False,
    )


def test_a_cursor_takes_the_place_of_the_question():
    params = parse_page_params({"cursor": CURSOR, "limit": 3, "fields": ["kind"], "filter": ["="]})

    assert (params.question, params.limit, params.fields) == (CURSOR, 3, parse_fields(["kind"]))
    assert parse_page_body({"cursor": CURSOR, "limit": 3, "query": {"$nope": 1}}).question == CURSOR


def test_refuses_an_empty_cursor():
    assert message_of(parse_page_body, {"cursor": ""}) == "Cursor cannot be empty"


def test_reads_a_first_page_from_a_body():
    params = parse_page_body(
        {
            "query": {"kind": "component"},
            "orderBy": [{"field": "kind", "order": "desc"}],
            "fullTextFilter": {"term": "x", "fields": ["kind"]},
            "limit": 1e300,
            "fields": ["kind"],
        }
    )

    assert params.question == QueryRequest(
        predicate=parse_predicate({"kind": "component"}),
        order=(OrderField("kind", "desc"),),
        limit=MAX_INTEGER,
        fields=parse_fields(["kind"]),
        full_text_term="x",
        full_text_fields=("kind",),
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"limit": 1.5}, "request/body/limit must be integer"),
        ({"limit": -1}, "request/body/limit must be >= 0"),
        ({"offset": -1}, "request/body/offset must be >= 0"),
        (
            {"query": {"$any": [], "kind": "x"}},
            "Invalid query: Validation error: Unrecognized key(s) in object: 'kind'",
        ),
    ],
)
def test_refuses_what_only_the_meaning_shows(body, message):
    assert message_of(parse_page_body, body) == message


def test_a_batch_must_match_both_filter_and_query():
    params = parse_batch_params(
        {"filter": ["kind=component"]}, {"entityRefs": ["a:b/c"], "query": {"kind": "api"}, "fields": ["kind", "spec"]}
    )

    assert params.refs == ["a:b/c"]
    assert params.predicate == AllOf((COMPONENTS, parse_predicate({"kind": "api"})))
    assert params.fields == parse_fields(["kind", "spec"])


def test_a_batch_may_go_without_either():
    params = parse_batch_params({}, {"entityRefs": []})

    assert (params.refs, params.predicate, params.fields) == ([], None, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, 'Validation error: Required at "entityRefs"'),
        (
            {"entityRefs": [], "query": {"$any": [], "kind": "x"}},
            "Validation error: Unrecognized key(s) in object: 'kind' at \"query\"",
        ),
    ],
)
def test_refuses_a_malformed_batch(body, message):
    prefix = "Malformed request body (did you remember to specify an application/json content type?), "

    assert message_of(parse_batch_params, {}, body) == prefix + message


def test_reads_facets():
    assert parse_facet_params({"facet": ["kind", ""]}).facets == ["kind"]
    assert parse_facet_body({"facets": ["kind"], "query": {"kind": "component"}}).predicate == parse_predicate(
        {"kind": "component"}
    )


def test_refuses_to_count_nothing():
    assert message_of(parse_facet_params, {"facet": [""]}) == "Missing facet parameter"
    assert message_of(parse_facet_body, {"facets": []}) == "Missing or empty facets parameter"
