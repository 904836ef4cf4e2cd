"""The bodies and cursors of the location routes. The expected texts are those of Backstage's catalog-backend 4.0.0."""

import base64
import json

import pytest

from catalog.api.location_params import (
    LocationInput,
    LocationQuery,
    parse_analysis_input,
    parse_location_input,
    parse_location_query,
    parse_yes,
)
from catalog.queries.predicate import parse_predicate
from common.errors import InputError

URL = {"type": "url", "target": "https://host/catalog-info.yaml"}


URLS = parse_predicate({"type": "url"})


def cursor_of(content):
    return base64.b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize("text", ["y", "yes", "true", "1", "on", "YES", " true "])
def test_takes_a_yes_in_many_forms(text):
    assert parse_yes(text)


@pytest.mark.parametrize("text", [None, "", "n", "0", "maybe", "t"])
def test_takes_anything_else_as_a_no(text):
    assert not parse_yes(text)


@pytest.mark.parametrize("more", [{}, {"presence": "required"}, {"presence": "optional"}])
def test_reads_a_location(more):
    assert parse_location_input({**URL, **more}) == LocationInput("url", "https://host/catalog-info.yaml")


def test_refuses_unknown_keys_of_a_location():
    with pytest.raises(InputError) as caught:
        parse_location_input({**URL, "foo": 1, "bar": 2})

    assert str(caught.value) == (
        'Malformed request: [\n  {\n    "code": "unrecognized_keys",\n    "keys": [\n      "foo",\n      "bar"\n    ],\n'
        '    "path": [],\n    "message": "Unrecognized key(s) in object: \'foo\', \'bar\'"\n  }\n]'
    )


def test_names_both_faults_of_a_location():
    with pytest.raises(InputError) as caught:
        parse_location_input({**URL, "presence": "sometimes", "foo": 1})

    presence, unknown = json.loads(str(caught.value).removeprefix("Malformed request: "))
    assert presence["code"] == "invalid_union"
    assert [union["issues"][0]["message"] for union in presence["unionErrors"]] == [
        'Invalid literal value, expected "required"',
        'Invalid literal value, expected "optional"',
    ]
    assert unknown["keys"] == ["foo"]


@pytest.mark.parametrize(
    ("name", "kind"), [(1, "number"), (None, "null"), ({}, "object"), ([], "array"), (True, "boolean")]
)
def test_refuses_a_file_name_that_is_no_text(name, kind):
    with pytest.raises(InputError) as caught:
        parse_analysis_input({"location": URL, "catalogFilename": name})

    assert json.loads(str(caught.value).removeprefix("Malformed request: ")) == [
        {
            "code": "invalid_type",
            "expected": "string",
            "received": kind,
            "path": ["catalogFilename"],
            "message": f"Expected string, received {kind}",
        }
    ]


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({}, LocationQuery(1000)),
        ({"limit": 5}, LocationQuery(5)),
        ({"limit": 5.0, "query": {"type": "url"}}, LocationQuery(5, {"type": "url"}, None, URLS)),
        ({"cursor": cursor_of({"limit": 3})}, LocationQuery(3)),
        (
            {"cursor": cursor_of({"limit": 3, "afterId": "x", "query": {"type": "url"}}), "limit": 9},
            LocationQuery(3, {"type": "url"}, "x", URLS),
        ),
    ],
)
def test_reads_a_query(body, query):
    assert parse_location_query(body) == query


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"limit": 0}, "Limit must be a positive integer >= 1"),
        ({"limit": 1.5}, "Limit must be a positive integer >= 1"),
        ({"limit": -1}, "Limit must be a positive integer >= 1"),
        ({"cursor": ""}, "Cursor cannot be empty"),
        ({"cursor": "%%%"}, "Malformed cursor, unknown encoding"),
        ({"cursor": "\u00e9"}, "Malformed cursor, unknown encoding"),
        ({"cursor": cursor_of(1)}, "Malformed cursor: Validation error: Expected object, received number"),
        ({"cursor": cursor_of(None)}, "Malformed cursor: Validation error: Expected object, received null"),
        ({"cursor": cursor_of({})}, 'Malformed cursor: Validation error: Required at "limit"'),
        (
            {"cursor": cursor_of({"limit": 0})},
            'Malformed cursor: Validation error: Number must be greater than or equal to 1 at "limit"',
        ),
        (
            {"cursor": cursor_of({"limit": 1.5})},
            'Malformed cursor: Validation error: Expected integer, received float at "limit"',
        ),
        (
            {"cursor": cursor_of({"limit": "x", "afterId": 2})},
            'Malformed cursor: Validation error: Expected number, received string at "limit"; '
            'Expected string, received number at "afterId"',
        ),
        ({"cursor": cursor_of({"limit": 1, "query": "x"})}, "Query must be an object"),
    ],
)
def test_refuses_a_malformed_query(body, message):
    with pytest.raises(InputError) as caught:
        parse_location_query(body)

    assert str(caught.value) == message


def test_reads_back_the_cursor_that_it_wrote():
    first = LocationQuery(2, {"type": "url"})

    assert parse_location_query({"cursor": first.cursor_after("id-2")}) == LocationQuery(
        2, {"type": "url"}, "id-2", URLS
    )
