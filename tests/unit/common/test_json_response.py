import pytest

from common.json_response import json_response, json_text_response


@pytest.mark.parametrize("text", [b'[{"a": 1}]', '{"ü": null}'])
def test_stored_text_goes_out_untouched(text):
    response = json_text_response(text, status=201)
    assert response.content == (text if isinstance(text, bytes) else text.encode())
    assert (response.status_code, response["Content-Type"]) == (201, "application/json; charset=utf-8")


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ([], b"[]"),
        ({"name": "Grüße", "x": None, "f": 1.5}, '{"name":"Grüße","x":null,"f":1.5}'.encode()),
        ({"half": "\ud83d"}, b'{"half":"\\ud83d"}'),
        ([2**70], b"[1180591620717411303424]"),
    ],
)
def test_values_become_compact_json(value, content):
    assert json_response(value).content == content
