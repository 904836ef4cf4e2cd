"""Sessions, logins and form tokens, for pages that people open. The API has none of them and pays for none."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

API_PREFIX = "/api/"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _skips_api(
    call: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    def __call__(self: SessionMiddleware, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request) if request.path.startswith(API_PREFIX) else call(self, request)

    return __call__


class PageSessionMiddleware(SessionMiddleware):
    __call__ = _skips_api(SessionMiddleware.__call__)


class PageAuthenticationMiddleware(AuthenticationMiddleware):
    __call__ = _skips_api(AuthenticationMiddleware.__call__)


class PageMessageMiddleware(MessageMiddleware):
    __call__ = _skips_api(MessageMiddleware.__call__)


class PageCsrfMiddleware(CsrfViewMiddleware):
    __call__ = _skips_api(CsrfViewMiddleware.__call__)
