"""How a query string is read."""

import pytest

from common.api.query_string import parse_query_string
from common.errors import InputError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("filter=kind=component,spec.type=service", {"filter": "kind=component,spec.type=service"}),
        ("filter=a&filter=b,c=d", {"filter": ["a", "b,c=d"]}),
        ("filter[]=a", {"filter": ["a"]}),
        ("filter[0]=a&filter[1]=b", {"filter": ["a", "b"]}),
        ("filter=a&filter[0]=b", {"filter": ["a", "b"]}),
        ("filter[key]=a", {"filter": [None]}),
        ("filter[a][b]=a", {"filter": [None]}),
        ("filter[=a", {"filter": [None]}),
        ("limit", {"limit": ""}),
        ("&&=a&", {}),
        ("filter=a+b%2Bc", {"filter": "a b+c"}),
        ("filter=%C3%A9", {"filter": "é"}),
        ("filter=%ff", {"filter": "%ff"}),
        ("filter=%zz%41", {"filter": "%zz%41"}),
        ("filter=a%00b", {"filter": "a\x00b"}),
    ],
)
def test_reads_names_and_values(text, values):
    assert parse_query_string(text) == values


def test_refuses_an_endless_query_string_and_names_the_way_out():
    with pytest.raises(InputError) as caught:
        parse_query_string("filter=" + "a" * 70_000, way_out="POST takes longer questions")

    assert str(caught.value) == (
        "The query string is 70007 characters long, and 65536 are the limit; POST takes longer questions"
    )


def test_refuses_a_thousand_parameters():
    with pytest.raises(InputError) as caught:
        parse_query_string("&".join(["filter=a"] * 1001))

    assert str(caught.value) == "The query string holds 1001 parameters, and 1000 are the limit"
