"""An API's description: for programs as ``openapi.json``, for people as a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.api.openapi import ApiDescription
from common.api.openapi_page import render_page

# The page holds its own style, and nothing else may load or run in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def answer_description(request: HttpRequest, description: ApiDescription) -> HttpResponse:
    """``GET /openapi.json``."""
    prefix = _prefix(request, "/openapi.json")
    document = description.document
    paths: dict[str, Any] = {prefix + path: operations for path, operations in document["paths"].items()}
    return answer_with_etag(request, {**document, "paths": paths})


def answer_description_page(request: HttpRequest, description: ApiDescription) -> HttpResponse:
    """``GET /docs``."""
    response = HttpResponse(render_page(description, prefix=_prefix(request, "/docs")))
    response["Content-Security-Policy"] = _POLICY
    return response


def _prefix(request: HttpRequest, route: str) -> str:
    """Where the routes hang: ``/api/catalog``, below whatever the server put before it."""
    return request.path.rstrip("/").removesuffix(route)
