"""The door with one method for each HTTP method, for all but the hottest reads, which are plain views."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api.doors import answer_other_method, refuse_nul


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
    # DRF would name the methods in each answer, and vary it by a header that it does not look at.
    default_response_headers: ClassVar[dict[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_nul(*kwargs.values())

    def options(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # type: ignore[override]
        return answer_other_method(request, self.allowed_methods)

    def http_method_not_allowed(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:  # type: ignore[override]
        return answer_other_method(request, self.allowed_methods)
