"""Which other origins may read our answers: recorded behaviour of Express' cors in Backstage."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from common.app_config import AppConfig, ConfigError
from common.cors import CorsMiddleware

FRONTEND = "http://localhost:3000"


def answer(cors, method="GET", headers=None, view=None):
    config = AppConfig.from_dict({"backend": {"cors": cors}} if cors is not None else {})
    with override_settings(APP_CONFIG=config):
        middleware = CorsMiddleware(view or (lambda request: HttpResponse("body")))
    return middleware(RequestFactory().generic(method, "/api/catalog/entities", headers=headers or {}))


def headers_of(response) -> dict[str, str]:
    return {name: value for name, value in response.items() if name.startswith("Access") or name == "Vary"}


def test_a_simple_request_from_an_allowed_origin_gets_that_origin_back():
    response = answer({"origin": FRONTEND, "credentials": True}, headers={"Origin": FRONTEND})
    assert response.content == b"body"
    assert headers_of(response) == {
        "Access-Control-Allow-Origin": FRONTEND,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def test_a_preflight_is_answered_without_asking_the_view():
    cors = {"origin": [FRONTEND], "methods": ["GET", "PUT"], "credentials": True, "maxAge": 60}
    requested = {
        "Origin": FRONTEND,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-a, x-b",
    }
    response = answer(cors, "OPTIONS", requested, view=None)
    assert (response.status_code, response.content) == (204, b"")
    assert dict(response.items()) == {
        "Content-Length": "0",
        "Access-Control-Allow-Origin": FRONTEND,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET,PUT",
        "Access-Control-Allow-Headers": "x-a, x-b",
        "Access-Control-Max-Age": "60",
        "Vary": "Origin, Access-Control-Request-Headers",
    }


def test_the_section_may_name_headers_and_status():
    cors = {
        "origin": FRONTEND,
        "allowedHeaders": ["authorization", "content-type"],
        "exposedHeaders": "x-total",
        "optionsSuccessStatus": 200,
    }
    response = answer(cors, "OPTIONS", {"Origin": FRONTEND, "Access-Control-Request-Headers": "x-a"})
    assert response.status_code == 200
    assert headers_of(response) == {
        "Access-Control-Allow-Origin": FRONTEND,
        "Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
        "Access-Control-Allow-Headers": "authorization,content-type",
        "Access-Control-Expose-Headers": "x-total",
        "Vary": "Origin",
    }


def test_a_preflight_may_go_on_to_the_view():
    response = answer({"origin": FRONTEND, "preflightContinue": True}, "OPTIONS", {"Origin": FRONTEND})
    assert (response.status_code, response.content) == (200, b"body")
    assert response["Access-Control-Allow-Methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("cors", [None, {"origin": FRONTEND}])
def test_other_origins_get_no_header_and_preflights_reach_the_view(cors, method):
    response = answer(cors, method, {"Origin": "http://evil.example"})
    assert response.content == b"body"
    assert headers_of(response) == {}


def test_without_named_origins_everyone_may_read():
    response = answer({"credentials": False}, headers={"Origin": "http://any.example"})
    assert headers_of(response) == {"Access-Control-Allow-Origin": "*"}


@pytest.mark.parametrize(
    ("pattern", "origin", "is_allowed"),
    [
        ("http://localhost:*", "http://localhost:3000", True),
        ("http://localhost:*", "http://localhost", False),
        ("HTTP://LOCALHOST:3000", FRONTEND, True),
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://evil.com/.example.com", False),
        ("https://*.example.com", "https://a.example.com.evil.com", False),
        ("https://**.example.com", "https://evil.com/.example.com", False),
        ("https://{a,b}.example.com", "https://b.example.com", True),
        ("https://{a,b}.example.com", "https://c.example.com", False),
        ("*", "http://localhost:3000", False),
        ("*", "null", True),
        ("*", "", False),
    ],
)
def test_origins_are_patterns_whose_stars_cross_no_slash(pattern, origin, is_allowed):
    response = answer({"origin": pattern}, headers={"Origin": origin})
    assert ("Access-Control-Allow-Origin" in response) is is_allowed


def test_errors_are_readable_across_origins_too():
    response = answer({"origin": FRONTEND}, headers={"Origin": FRONTEND}, view=lambda request: HttpResponse(status=500))
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (500, FRONTEND)


def test_an_overlong_origin_is_not_tried():
    response = answer({"origin": "https://*-*-*.x"}, headers={"Origin": "https://" + "-" * 5000})
    assert headers_of(response) == {}


def test_a_wrong_section_is_refused_at_start():
    with pytest.raises(ConfigError) as error:
        answer({"origin": [1]})
    assert str(error.value) == (
        "app-config.yaml: backend.cors.origin: got a list, expected a list of texts that are not empty"
    )
