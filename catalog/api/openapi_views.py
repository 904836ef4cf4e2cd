"""The API's description: for programs as ``openapi.json``, for people as a page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.answers import answer_with_etag
from catalog.api.doors import CatalogView
from catalog.api.openapi import read_document
from catalog.api.openapi_page import render_page

# The page holds its own style, and nothing else may load or run in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


class OpenApiView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        access.require(request, access.READ_ENTITIES)
        prefix = _prefix(request, "/openapi.json")
        document = read_document()
        paths: dict[str, Any] = {prefix + path: operations for path, operations in document["paths"].items()}
        return answer_with_etag(request, {**document, "paths": paths})


class OpenApiPageView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        access.require(request, access.READ_ENTITIES)
        response = HttpResponse(render_page(read_document(), prefix=_prefix(request, "/docs")))
        response["Content-Security-Policy"] = _POLICY
        return response


def _prefix(request: HttpRequest, route: str) -> str:
    """Where the routes hang: ``/api/catalog``, below whatever the server put before it."""
    return request.path.rstrip("/").removesuffix(route)
