"""
From exceptions to answers, once for plain views, for DRF's and for Django's own faults.

The body is Backstage's ``{"error", "request", "response"}``. What went wrong inside of us is logged under an id;
the answer has the id and nothing else.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import Error as DatabaseFault
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException, MethodNotAllowed

from common.database_errors import is_unreachable
from common.errors import (
    AuthenticationError,
    CallboardError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
    serialize_error,
)
from common.json_response import json_response

logger = logging.getLogger(__name__)

API_PREFIX = "/api/"
NAMES = {error.status: error.name for error in (InputError, AuthenticationError, NotAllowedError, NotFoundError)}


def error_response(exc: BaseException, request: HttpRequest) -> HttpResponse:
    """The answer to a request that ended in ``exc``. Unknown exceptions are logged, and answered without details."""
    if isinstance(exc, MethodNotAllowed):
        return no_such_route(request)
    status, error = _describe(exc)
    if error is None:
        log_id = secrets.token_hex(10)
        logger.error("Filtered internal error with logId=%s from response", log_id, exc_info=exc)
        error = {"name": "Error", "message": f"An internal error occurred logId={log_id}"}
    elif status >= 500:
        logger.error("Request failed with status %s: %s", status, error["message"], exc_info=exc)
    if status == 304:
        return _empty(304)
    body = {
        "error": error,
        "request": {"method": request.method, "url": _url_below_plugin(request)},
        "response": {"statusCode": status},
    }
    return json_response(body, status)


def _describe(exc: BaseException) -> tuple[int, dict[str, Any] | None]:
    """Status, and what may be said; None if that is nothing."""
    if isinstance(exc, CallboardError):
        return exc.status, serialize_error(exc)
    if isinstance(exc, APIException):
        name = NAMES.get(exc.status_code, type(exc).__name__)
        return exc.status_code, {"name": name, "message": str(exc.detail)}
    if isinstance(exc, DatabaseFault) and is_unreachable(exc):
        return 503, serialize_error(ServiceUnavailableError("The database cannot be reached, try again later"))
    if isinstance(exc, Http404):
        return 404, {"name": "NotFoundError", "message": str(exc.args[0]) if exc.args else "Not found"}
    if isinstance(exc, PermissionDenied):
        return 403, {"name": "NotAllowedError", "message": str(exc) or "Not allowed"}
    if isinstance(exc, RequestDataTooBig):
        return 413, {"name": "PayloadTooLargeError", "message": "request entity too large"}
    if isinstance(exc, SuspiciousOperation | BadRequest | UnreadablePostError):
        return 400, {"name": "InputError", "message": str(exc) or "Bad request"}
    return 500, None


def _url_below_plugin(request: HttpRequest) -> str:
    """Backstage's plugins see the path below ``/api/<plugin>``."""
    path = request.path
    if path.startswith(API_PREFIX):
        path = "/" + path.removeprefix(API_PREFIX).partition("/")[2]
    query = request.META.get("QUERY_STRING", "")
    return quote(path, safe="/:@!$&'()*+,;=~", errors="replace") + (f"?{query}" if query else "")


def no_such_route(request: HttpRequest) -> HttpResponse:
    """Backstage answers unknown routes and methods with nothing; a person at a browser gets a line."""
    if request.path.startswith(API_PREFIX):
        return _empty(404)
    return HttpResponse("404 Not Found\n", content_type="text/plain; charset=utf-8", status=404)


def _empty(status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response


def drf_exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's EXCEPTION_HANDLER."""
    return error_response(exc, context["request"])


class ErrorMiddleware:
    """Answers for plain views that raise. Place it right around the views, inside of the middleware that adds headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return no_such_route(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Pages outside of the API keep Django's way for all but our own errors."""
        if request.path.startswith(API_PREFIX) or isinstance(exception, CallboardError):
            return error_response(exception, request)
        return None


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(exception, request)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(exception, request)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return no_such_route(request)


def handler500(request: HttpRequest) -> HttpResponse:
    return error_response(sys.exception() or ServiceUnavailableError("The request failed"), request)
