"""
Sessions, logins and form tokens, for pages that people open.

A request to the API has them only if it brings the cookie of somebody who is signed in; the others pay nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

API_PREFIX = "/api/"


Answer = HttpResponseBase | Awaitable[HttpResponseBase]


def needs_session(request: HttpRequest) -> bool:
    cookies = request.META.get("HTTP_COOKIE", "")
    return not request.path.startswith(API_PREFIX) or settings.SESSION_COOKIE_NAME in cookies


class PageSessionMiddleware(SessionMiddleware):
    def __call__(self, request: HttpRequest) -> Answer:
        return super().__call__(request) if needs_session(request) else self.get_response(request)


class PageCsrfMiddleware(CsrfViewMiddleware):
    def __call__(self, request: HttpRequest) -> Answer:
        return super().__call__(request) if needs_session(request) else self.get_response(request)


class PageAuthenticationMiddleware(AuthenticationMiddleware):
    def __call__(self, request: HttpRequest) -> Answer:
        return super().__call__(request) if needs_session(request) else self.get_response(request)


class PageMessageMiddleware(MessageMiddleware):
    def __call__(self, request: HttpRequest) -> Answer:
        return super().__call__(request) if needs_session(request) else self.get_response(request)
