"""Cursors, as they go out and as they come back."""

import base64
import json

import pytest

from catalog.queries.cursor import Cursor, Question, decode_cursor, encode_cursor
from catalog.queries.order import OrderField
from catalog.queries.predicate import HasPrefix, HasValue, Not
from common.errors import InputError

QUESTION = Question(Not(HasValue("kind", ("api", "user"))), (OrderField("metadata.name", "asc"),), "", None)
CURSOR = Cursor(QUESTION, ("cart", "uid-1"), ("a", "uid-0"), is_previous=False, total_items=7)


def encode(content):
    return base64.b64encode(json.dumps(content).encode()).decode()


def content_of(cursor):
    return json.loads(base64.b64decode(encode_cursor(cursor)))


@pytest.mark.parametrize(
    "cursor",
    [
        CURSOR,
        Cursor(QUESTION, None, ("a", "uid-0"), is_previous=True, total_items=0),
        Cursor(Question(None, (), "text", ("a", "b")), ("uid-1",), ("uid-0",), is_previous=False, total_items=7),
        Cursor(
            Question(HasPrefix("a", "ü😀"), (), "", ()), ("uid-1",), ("uid-0",), is_previous=False, total_items=2**53
        ),
    ],
)
def test_a_cursor_comes_back_as_it_went(cursor):
    assert decode_cursor(encode_cursor(cursor)) == cursor


def test_a_cursor_may_come_back_in_the_alphabet_of_urls_without_padding():
    text = encode_cursor(Cursor(Question(HasPrefix("a", "???>>>"), (), "", None), ("u",), ("u",), False, 1))
    assert decode_cursor(text.replace("+", "-").replace("/", "_").rstrip("=")) == decode_cursor(text)


def test_an_order_without_a_direction_makes_a_cursor_that_is_refused_as_in_the_reference():
    question = Question(None, (OrderField("kind"),), "", None)
    with pytest.raises(InputError) as raised:
        decode_cursor(encode_cursor(Cursor(question, ("a", "u"), ("a", "u"), is_previous=False, total_items=1)))
    assert str(raised.value) == (
        "Malformed cursor: InputError: Malformed cursor: [\n"
        "  {\n"
        "    \"expected\": \"'asc' | 'desc'\",\n"
        '    "received": "undefined",\n'
        '    "code": "invalid_type",\n'
        '    "path": [\n'
        '      "orderFields",\n'
        "      0,\n"
        '      "order"\n'
        "    ],\n"
        '    "message": "Required"\n'
        "  }\n"
        "]"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "not-a-cursor",
            "SyntaxError: Unexpected token '\ufffd', \"\ufffd\ufffd~k\ufffd.\ufffd\ufffd+\" is not valid JSON",
        ),
        ("", "SyntaxError: Unexpected end of JSON input"),
        (base64.b64encode(b"{").decode(), "SyntaxError: Expected property name or '}' in JSON at position 1"),
        (
            base64.b64encode(b"x" * 30).decode(),
            "SyntaxError: Unexpected token 'x', \"xxxxxxxxxx\"... is not valid JSON",
        ),
        (encode(None), "expected an object"),
        (encode([]), "expected an object"),
        (encode({}), 'expected a short list at "orderFields"'),
    ],
)
def test_what_is_no_cursor_is_refused(text, reason):
    with pytest.raises(InputError) as raised:
        decode_cursor(text)
    assert str(raised.value) == f"Malformed cursor: {reason}"


@pytest.mark.parametrize(
    "change",
    [
        {"orderFields": None},
        {"orderFields": [{"field": 1, "order": "asc"}]},
        {"orderFields": [{"field": "a", "order": "up"}]},
        {"orderFields": [{"field": "a", "order": "asc"}] * 101},
        {"orderFieldValues": None},
        {"orderFieldValues": [None, "u"]},
        {"orderFieldValues": ["only one"]},
        {"orderFieldValues": ["a", "b", "c"]},
        {"firstSortFieldValues": []},
        {"firstSortFieldValues": ["a", {}]},
        {"isPrevious": 1},
        {"totalItems": -1},
        {"totalItems": 1e300},
        {"totalItems": True},
        {"totalItems": None},
        {"fullTextFilter": None},
        {"fullTextFilter": {"term": 5}},
        {"fullTextFilter": {"term": "x", "fields": ["a", None]}},
        {"fullTextFilter": {"term": "x" * 10_001}},
        {"query": None},
        {"query": {"kind": {"$nope": 1}}},
        {"query": "kind"},
    ],
)
def test_a_cursor_of_someone_elses_making_is_refused(change):
    with pytest.raises(InputError, match=r"^(Malformed cursor: |Invalid filter predicate: )"):
        decode_cursor(encode({**content_of(CURSOR), **change}))
