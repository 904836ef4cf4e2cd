"""Query strings with brackets, and cursors."""

import pytest

from common.errors import InputError
from search.api.nested_query import parse_nested_query
from search.api.params import decode_page, encode_page, parse_question
from search.settings import SearchSettings, is_followable


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("a=1&b=%20+x", {"a": "1", "b": "  x"}),
        ("a=1&a=2", {"a": ["1", "2"]}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[0]=1&a[1]=2", {"a": ["1", "2"]}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[b][]=1&a[b][]=2&a[c]=3", {"a": {"b": ["1", "2"], "c": "3"}}),
        ("a[b][c]=1", {"a": {"b": {"c": "1"}}}),
        ("a=1&a[b]=2", {"a": {"0": "1", "b": "2"}}),
        ("a[b]=1&a=2", {"a": {"b": "1", "1": "2"}}),
        ("a[b]=1&a[b][c]=2", {"a": {"b": {"0": "1", "c": "2"}}}),
        ("a[b=1", {"a": {"[b": "1"}}),
        ("[a]=1", {"[a]": "1"}),
        ("=1&&", {}),
        ("a[b][c][d][e][f][g]=1", {"a": {"b": {"c": {"d": {"e": {"f": {"[g]": "1"}}}}}}}),
    ],
)
def test_reads_brackets_as_express_does(text, values):
    assert parse_nested_query(text) == values


def test_a_cursor_is_the_number_of_a_page():
    assert encode_page(1) == "MQ=="
    assert [decode_page(encode_page(page)) for page in (0, 7, 1_000_000)] == [0, 7, 1_000_000]
    assert decode_page("") == 0


@pytest.mark.parametrize("cursor", ["abc", "LTE=", "é", "MS41", "MTAwMDAwMQ==", "A" * 10_000, "2aE="])
def test_other_cursors_are_refused(cursor):
    with pytest.raises(InputError, match=r"^Invalid page cursor$"):
        decode_page(cursor)


def test_all_faults_of_a_question_are_told_at_once():
    with pytest.raises(InputError) as error:
        parse_question(f"term={'x' * 101}&pageLimit=500&types=x", ["y"], SearchSettings())

    assert [str(error.value).count(text) for text in ('"term"', '"types"', '"pageLimit"')] == [1, 1, 1]


def test_too_many_filters_are_refused():
    with pytest.raises(InputError, match=r"^Too many filters: 51, at most 50 are allowed$"):
        parse_question("&".join(f"filters[f{n}]=x" for n in range(51)), [], SearchSettings())
    with pytest.raises(InputError, match=r"^Too many values for the filter 'a': 501, at most 500 are allowed$"):
        parse_question("&".join(["filters[a][]=x"] * 501), [], SearchSettings())


@pytest.mark.parametrize("location", ["/docs/a", "docs/a#b", "https://a.test/x", "HTTP://a.test", ""])
def test_paths_and_web_addresses_can_be_followed(location):
    assert is_followable(location)


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:text/html,x", "http://["]
)
def test_other_addresses_cannot(location):
    assert not is_followable(location)
