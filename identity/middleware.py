"""Says who asks (``request.identity``), and turns away who may not. What is not public needs credentials."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from common.cookie_paths import is_cookie_allowed
from common.errors import AuthenticationError, CallboardError
from common.exception_handler import error_response
from common.identity import ANONYMOUS, Identity, ensure_plugin_allowed
from identity.bearer import COOKIE, bearer_token
from identity.ownership import find_ownership_refs
from identity.policy import API_PREFIX, SAFE_METHODS, is_public, plugin_of, proves_itself
from identity.settings import identity_settings, user_tokens
from identity.tokens import authenticate


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
        takes_cookie = request.method in SAFE_METHODS and is_cookie_allowed(request.path_info)
        if token := bearer_token(request):
            return self._authenticate(token, allows_limited=takes_cookie)
        if takes_cookie and (identity := self._user_of_cookie(request)):
            return identity
        if self.settings.is_open or proves_itself(request.path_info):
            return ANONYMOUS
        if identity := _operator(request):
            return identity
        raise AuthenticationError("Missing credentials")

    def _user_of_cookie(self, request: HttpRequest) -> Identity | None:
        """None if there is no cookie, or only an old one where none is needed."""
        cookie = request.COOKIES.get(COOKIE)
        if not cookie:
            return None
        try:
            identity = self._authenticate(cookie, allows_limited=True)
        except AuthenticationError:
            if self.settings.is_open:
                return None
            raise
        if identity.kind != "user":
            raise AuthenticationError("Illegal token")
        return identity

    def _authenticate(self, token: str, *, allows_limited: bool) -> Identity:
        return authenticate(
            token,
            external_access=self.settings.external_access,
            user_tokens=user_tokens,
            find_ownership=find_ownership_refs,
            allows_limited=allows_limited,
        )


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
