"""What is wrong with a text that is not JSON. The expected texts are those of Node 20's JSON.parse."""

import json

import pytest

from common.api.json_syntax import find_json_fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Unexpected end of JSON input"),
        ("{", "Expected property name or '}' in JSON at position 1"),
        ("{a:1}", "Expected property name or '}' in JSON at position 1"),
        ('{"a"}', "Expected ':' after property name in JSON at position 4"),
        ('{"a":1,"b"}', 'Unexpected token \'}\', "{"a":1,"b"}" is not valid JSON'),
        ('{"a":}', 'Unexpected token \'}\', "{"a":}" is not valid JSON'),
        ('{"a":1,}', "Expected double-quoted property name in JSON at position 7"),
        ('{"a":1 "b":2}', "Expected ',' or '}' after property value in JSON at position 7"),
        ("[1 2]", "Expected ',' or ']' after array element in JSON at position 3"),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ("[[[", "Unexpected end of JSON input"),
        ("{} x", "Unexpected non-whitespace character after JSON at position 3"),
        ("nulx", "Unexpected token 'x', \"nulx\" is not valid JSON"),
        ("t1", "Unexpected number in JSON at position 1"),
        ('t"', "Unexpected string in JSON at position 1"),
        ("undefined", '"undefined" is not valid JSON'),
        ("-x", "No number after minus sign in JSON at position 1"),
        ("01", "Unexpected number in JSON at position 1"),
        ("1.", "Unterminated fractional number in JSON at position 2"),
        ("1e+", "Exponent part is missing a number in JSON at position 3"),
        ('"abc', "Unterminated string in JSON at position 4"),
        ('"a\nb"', "Bad control character in string literal in JSON at position 2"),
        ('"\\x"', "Bad escaped character in JSON at position 2"),
        ('"\\u12"', "Bad Unicode escape in JSON at position 5"),
        ("x234567890123456789012345", "Unexpected token 'x', \"x234567890\"... is not valid JSON"),
        ('{"a": "😀", "b": tru }', 'Unexpected token \' \', ...", "b": tru }" is not valid JSON'),
        ("��~k�.��+", "Unexpected token '�', \"��~k�.��+\" is not valid JSON"),
    ],
)
def test_names_the_first_fault_in_the_words_of_javascript(text, message):
    assert find_json_fault(text) == message


@pytest.mark.parametrize("text", ["null", "1", '"x"', ' { "a" : [ 1.5e-3, true, false, null, "\\u00e9\\n" ] } '])
def test_finds_no_fault_in_valid_json(text):
    json.loads(text)

    assert find_json_fault(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("null", "Unexpected token 'n', \"null\" is not valid JSON"),
        ('"x"', 'Unexpected token \'"\', ""x"" is not valid JSON'),
        (" 12", "Unexpected token '1', \" 12\" is not valid JSON"),
        (" ", "Unexpected end of JSON input"),
        ("{}", None),
    ],
)
def test_refuses_a_bare_value_where_a_request_body_is_read(text, message):
    assert find_json_fault(text, containers_only=True) == message


def test_takes_any_depth_without_recursion():
    assert find_json_fault("[" * 200_000) == "Unexpected end of JSON input"
