"""Says who asks (``request.identity``), and turns away who may not. What is not public needs credentials."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from common.errors import AuthenticationError, CallboardError
from common.exception_handler import error_response
from common.identity import ANONYMOUS, Identity, ensure_plugin_allowed
from identity.policy import API_PREFIX, SAFE_METHODS, is_public, plugin_of
from identity.settings import identity_settings, user_tokens
from identity.tokens import authenticate

BEARER = re.compile(r"Bearer +(\S+)", re.I)


class IdentityMiddleware:
    """Place it after Django's AuthenticationMiddleware, which knows the operators."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.settings = identity_settings()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            identity = self._identify(request)
            ensure_plugin_allowed(identity, plugin_of(request.path_info))
        except CallboardError as error:
            return _ask_to_sign_in(request) if _can_sign_in(request, error) else error_response(error, request)
        request.identity = identity  # type: ignore[attr-defined]
        return self.get_response(request)

    def _identify(self, request: HttpRequest) -> Identity:
        if is_public(request.path_info):
            return ANONYMOUS
        if bearer := BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", "")):
            return authenticate(bearer[1], external_access=self.settings.external_access, user_tokens=user_tokens)
        if self.settings.is_open:
            return ANONYMOUS
        if identity := _operator(request):
            return identity
        raise AuthenticationError("Missing credentials")


def _operator(request: HttpRequest) -> Identity | None:
    """
    The operator who is signed in to the admin, if any.

    His cookie comes along with requests that other sites made up. It must not change anything through the API, which
    has no protection against those; pages have Django's.
    """
    if request.path_info.startswith(API_PREFIX) and request.method not in SAFE_METHODS:
        return None
    user = getattr(request, "user", None)
    if user is None or not user.is_active or not user.is_staff:
        return None
    return Identity("user", f"operator:{user.get_username()}")


def _can_sign_in(request: HttpRequest, error: CallboardError) -> bool:
    is_page = not request.path_info.startswith(API_PREFIX) and "text/html" in request.headers.get("Accept", "")
    return isinstance(error, AuthenticationError) and is_page and request.method == "GET"


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
