"""
What all doors have in common: errors in Backstage's shape, HEAD as GET, OPTIONS, other methods refused.

``plain_view`` is for the hottest reads, ``CatalogView`` for the rest; both behave the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from common.exception_handler import error_response
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from common.errors import CallboardError

Handler: TypeAlias = Callable[..., HttpResponse]


class MethodNotAllowedError(CallboardError):
    name = "NotAllowedError"
    status = 405


def plain_view(**handlers: Handler) -> Handler:
    """A Django view out of one function for each method, as in ``plain_view(get=..., post=...)``."""
    by_method = {method.upper(): handler for method, handler in handlers.items()}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]

    def view(request: HttpRequest, **path: str) -> HttpResponse:
        handler = by_method.get(request.method or "")
        if handler is None:
            return answer_other_method(request, list(by_method))
        try:
            return handler(request, **path)
        except CallboardError as error:
            return error_response(error, request)

    # Callers prove themselves by a header, which no other site's page can send; there is no cookie to abuse.
    return csrf_exempt(view)


class _IgnoreAccept(BaseContentNegotiation):
    """JSON is all there is, whatever a browser or a script says it would like."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class CatalogView(APIView):
    """A door with one method for each HTTP method. Who knocks was found out before, see ``access.py``."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = _IgnoreAccept

    def options(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # type: ignore[override]
        return answer_other_method(request, self.allowed_methods)

    def http_method_not_allowed(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # type: ignore[override]
        return answer_other_method(request, self.allowed_methods)


def answer_other_method(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """To OPTIONS: which methods there are. To any other: that it is none of them."""
    methods = [method for method in allowed if method != "OPTIONS"]
    response = (
        HttpResponse(",".join(methods), content_type="text/html; charset=utf-8")
        if request.method == "OPTIONS"
        else error_response(_not_allowed(request, methods), request)
    )
    response["Allow"] = ",".join(methods)
    return response


def _not_allowed(request: HttpRequest, methods: list[str]) -> MethodNotAllowedError:
    return MethodNotAllowedError(f"{request.method} is not possible here, only {' and '.join(methods)}")


@csrf_exempt
def unknown_route(request: HttpRequest, **_: str) -> HttpResponse:
    """404 without a body, as Backstage's server answers where no plugin has a route."""
    response = HttpResponse(status=404)
    del response["Content-Type"]
    return response
