"""The answers to requests that fail, as Backstage's clients read them."""

import json
import logging
import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponseNotAllowed
from django.test import RequestFactory
from rest_framework.exceptions import MethodNotAllowed, ParseError, UnsupportedMediaType

from common.errors import (
    AuthenticationError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    NotModifiedError,
    ServiceUnavailableError,
)
from common.exception_handler import ErrorMiddleware, drf_exception_handler, error_response, handler404, handler500


def answer(exc, path="/api/catalog/entities?order=up%3Aname", method="GET"):
    response = error_response(exc, RequestFactory().generic(method, path))
    return response.status_code, json.loads(response.content)


def test_the_body_is_the_one_of_backstage():
    response = error_response(InputError("Invalid limit"), RequestFactory().get("/api/catalog/entities?limit=0"))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(response.content) == {
        "error": {"name": "InputError", "message": "Invalid limit"},
        "request": {"method": "GET", "url": "/entities?limit=0"},
        "response": {"statusCode": 400},
    }


@pytest.mark.parametrize(
    ("exc", "status", "name", "message"),
    [
        (AuthenticationError("m"), 401, "AuthenticationError", "m"),
        (NotAllowedError("m"), 403, "NotAllowedError", "m"),
        (NotFoundError("m"), 404, "NotFoundError", "m"),
        (ConflictError("m"), 409, "ConflictError", "m"),
        (ServiceUnavailableError("m"), 503, "ServiceUnavailableError", "m"),
        (Http404("m"), 404, "NotFoundError", "m"),
        (PermissionDenied(), 403, "NotAllowedError", "Not allowed"),
        (SuspiciousOperation("m"), 400, "InputError", "m"),
        (BadRequest("m"), 400, "InputError", "m"),
        (RequestDataTooBig("m"), 413, "PayloadTooLargeError", "request entity too large"),
        (ParseError("m"), 400, "InputError", "m"),
        (UnsupportedMediaType("a/b"), 415, "UnsupportedMediaType", 'Unsupported media type "a/b" in request.'),
    ],
)
def test_each_error_has_its_status_and_name(exc, status, name, message):
    answered, body = answer(exc)
    assert (answered, body["response"]) == (status, {"statusCode": status})
    assert body["error"] == {"name": name, "message": message}


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/catalog/entities?order=up%3Aname", "/entities?order=up%3Aname"),
        ("/api/catalog", "/"),
        ("/api/catalog/entities/by-name/a/b/gr%C3%BC%C3%9Fe", "/entities/by-name/a/b/gr%C3%BC%C3%9Fe"),
        ("/metrics", "/metrics"),
    ],
)
def test_the_url_is_the_one_below_the_plugin(path, url):
    assert answer(InputError("m"), path)[1]["request"] == {"method": "GET", "url": url}


def test_what_went_wrong_inside_is_logged_under_an_id_and_not_shown(caplog):
    with caplog.at_level(logging.ERROR):
        status, body = answer(KeyError("password of the database"))
    assert status == 500
    assert body["error"]["name"] == "Error"
    log_id = re.fullmatch(r"An internal error occurred logId=([0-9a-f]{20})", body["error"]["message"])[1]
    assert caplog.messages == [f"Filtered internal error with logId={log_id} from response"]
    assert caplog.records[0].exc_info[1].args == ("password of the database",)


def test_an_outage_that_we_can_name_is_named_and_logged(caplog):
    assert answer(ServiceUnavailableError("No Redis"))[1]["error"]["message"] == "No Redis"
    assert caplog.messages == ["Request failed with status 503: No Redis"]


def test_not_modified_has_no_body():
    response = error_response(NotModifiedError("m"), RequestFactory().get("/api/catalog/x"))
    assert (response.status_code, response.content, "Content-Type" in response) == (304, b"", False)


def test_unknown_routes_and_methods_of_the_api_are_answered_with_nothing():
    request = RequestFactory().put("/api/catalog/nope")
    middleware = ErrorMiddleware(lambda request: HttpResponseNotAllowed(["GET"]))
    answers = [
        handler404(request, Http404()),
        drf_exception_handler(MethodNotAllowed("PUT"), {"request": request}),
        middleware(request),
    ]
    for response in answers:
        assert (response.status_code, response.content, dict(response.items())) == (404, b"", {})


def test_unknown_pages_are_answered_with_a_line():
    response = handler404(RequestFactory().get("/nope"), Http404())
    assert (response.status_code, response.content) == (404, b"404 Not Found\n")


def test_the_middleware_answers_for_views_of_the_api_and_for_our_own_errors():
    middleware = ErrorMiddleware(lambda request: None)
    api, page = RequestFactory().get("/api/catalog/x"), RequestFactory().get("/page")
    assert middleware.process_exception(api, ValueError("x")).status_code == 500
    assert middleware.process_exception(page, NotFoundError("x")).status_code == 404
    assert middleware.process_exception(page, ValueError("x")) is None


def test_the_last_resort_finds_the_exception_by_itself():
    try:
        raise ConflictError("twice")
    except ConflictError:
        response = handler500(RequestFactory().get("/api/catalog/x"))
    assert (response.status_code, json.loads(response.content)["error"]["message"]) == (409, "twice")
    assert handler500(RequestFactory().get("/api/catalog/x")).status_code == 503
