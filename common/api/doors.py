"""What all doors have in common: HEAD as GET, OPTIONS, no other methods. Errors become answers in the middleware."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from common.errors import NotFoundError
from common.exception_handler import no_such_route

Handler: TypeAlias = Callable[..., HttpResponseBase]


def plain_view(**handlers: Handler) -> Handler:
    """A Django view out of one function for each method, as in ``plain_view(get=..., post=...)``."""
    by_method = {method.upper(): handler for method, handler in handlers.items()}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]

    def view(request: HttpRequest, **path: str) -> HttpResponseBase:
        handler = by_method.get(request.method or "")
        return handler(request, **path) if handler else answer_other_method(request, list(by_method))

    # Callers prove themselves by a header, which no other site's page can send; there is no cookie to abuse.
    return csrf_exempt(view)


def refuse_nul(*texts: str) -> None:
    """Raises NotFoundError on a NUL. No name holds one, and PostgreSQL does not even take it to look for."""
    for text in texts:
        if "\0" in text:
            raise NotFoundError(f"There is nothing by the name of {text!r}, since names hold no NUL character")


def answer_other_method(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """To OPTIONS: which methods there are. To any other: nothing, as where there is no route."""
    if request.method != "OPTIONS":
        return no_such_route(request)
    methods = ",".join(method for method in allowed if method != "OPTIONS")
    return HttpResponse(methods, content_type="text/html; charset=utf-8", headers={"Allow": methods})


@csrf_exempt
def unknown_route(request: HttpRequest, **_: str) -> HttpResponse:
    return no_such_route(request)
