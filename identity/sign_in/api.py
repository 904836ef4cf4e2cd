"""The doors of ``/api/auth/<provider>``, for the providers that people are sent to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.app_config import AppConfig
from common.errors import (
    AuthenticationError,
    CallboardError,
    InputError,
    NotAllowedError,
    NotFoundError,
    serialize_error,
)
from common.json_response import json_response
from identity.sign_in import flow
from identity.sign_in.settings import ConfiguredProvider, SignInSettings
from identity.sign_in.state import SignInState
from identity.sign_in.web_message import web_message
from integrations.whatwg import parse_url, set_query_parameter

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> SignInSettings:
    return SignInSettings.from_app_config(config)


def sign_in_settings() -> SignInSettings:
    """Of this process. They hold what is known of the providers, such as their keys."""
    return _settings_of(settings.APP_CONFIG)


@require_GET
def start(request: HttpRequest, provider: str) -> HttpResponse:
    """Sends the browser to the provider, with a nonce cookie to come back with."""
    configured = _configured(provider, request.GET.get("env", ""))
    origins = sign_in_settings().origins
    origin, redirect_url = request.GET.get("origin"), request.GET.get("redirectUrl")
    cookies = configured.cookies
    state = SignInState(
        nonce=flow.new_nonce(),
        env=cookies.env,
        origin="" if origin is None else origins.check(origin),
        redirectUrl="" if redirect_url is None else origins.check_redirect(redirect_url),
        flow=request.GET.get("flow", ""),
        scope=flow.scope_of(configured, requested=request.GET.get("scope", ""), granted=cookies.scope(request)),
    )
    response = _redirect(flow.start_url(configured, state))
    cookies.set_nonce(response, state.nonce, state.origin)
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def handler_frame(request: HttpRequest, provider: str) -> HttpResponse:
    """Where the provider sends the browser back to. Tells the app, by a message of the popup or in the redirect's URL."""
    parameters = {**request.POST.dict(), **request.GET.dict()}
    state = SignInState.decode(parameters.get("state", ""))
    configured = _configured(provider, state.env)
    try:
        response = _finish(request, configured, parameters, state)
    except CallboardError as error:
        response = _tell_failure(request, configured, state, error)
    configured.cookies.clear_nonce(response)
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def refresh(request: HttpRequest, provider: str) -> HttpResponse:
    """The session of whoever has the refresh cookie."""
    configured = _configured(provider, request.GET.get("env", ""))
    _check_script(request)
    cookies, origin = configured.cookies, request.headers.get("Origin", "")
    token = cookies.refresh_token(request)
    try:
        if token is None:
            raise InputError("Missing session cookie")
        outcome = flow.refresh(
            configured, token, requested=request.GET.get("scope", ""), granted=cookies.scope(request)
        )
    except CallboardError as error:
        raise AuthenticationError(f"Refresh failed; caused by {error.name}: {error}") from error
    response = json_response(outcome.answer)
    response["Cache-Control"] = "no-store"
    if outcome.refresh_token and outcome.refresh_token != token:
        cookies.set_refresh_token(request, response, outcome.refresh_token, origin)
    cookies.set_scope(response, outcome.scope, origin)
    return response


@csrf_exempt
@require_POST
def logout(request: HttpRequest, provider: str) -> HttpResponse:
    """Forgets the session here, and at the provider if it has a way to."""
    configured = _configured(provider, request.GET.get("env", ""))
    _check_script(request)
    token = configured.cookies.refresh_token(request)
    if token is not None:
        try:
            configured.provider.revoke(token)
        except CallboardError as error:
            logger.warning("%s goes on with a session that was ended here: %s", provider, error)
    response = HttpResponse()
    configured.cookies.clear_session(request, response, request.headers.get("Origin", ""))
    return response


def _configured(provider: str, env: str) -> ConfiguredProvider:
    environments = sign_in_settings().providers.get(provider)
    if environments is None:
        raise NotFoundError(f"No auth provider registered for '{provider}'")
    if not env:
        raise InputError("Must specify 'env' query to select environment")
    if env not in environments:
        raise NotFoundError(f"No configuration available for the '{env}' environment of this provider.")
    return environments[env]


def _check_script(request: HttpRequest) -> None:
    """
    Raise unless a script of the app asks: the browser sends the cookie along with requests of other sites too, but
    lets their scripts set no such header.
    """
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        raise AuthenticationError("Invalid X-Requested-With header")
    origin = request.headers.get("Origin")
    if origin:
        try:
            sign_in_settings().origins.check(origin)
        except InputError:
            raise NotAllowedError(f"Origin '{origin[:200]}' is not allowed") from None


def _finish(
    request: HttpRequest, configured: ConfiguredProvider, parameters: Mapping[str, str], state: SignInState
) -> HttpResponse:
    origins = sign_in_settings().origins
    origin = origins.check(state.origin) if state.origin else origins.app
    flow.check_nonce(state, configured.cookies.nonce(request))
    outcome = flow.finish(configured, parameters, state)
    if state.flow == "redirect":
        response = _redirect(_redirect_url(state))
    else:
        response = web_message({"response": outcome.answer}, origin=origin)
    if outcome.refresh_token:
        configured.cookies.set_refresh_token(request, response, outcome.refresh_token, origin)
    configured.cookies.set_scope(response, outcome.scope, origin)
    return response


def _redirect_url(state: SignInState) -> str:
    if not state.redirectUrl:
        raise InputError("No redirectUrl provided in request query parameters")
    return sign_in_settings().origins.check_redirect(state.redirectUrl)


def _tell_failure(
    request: HttpRequest, configured: ConfiguredProvider, state: SignInState, error: CallboardError
) -> HttpResponse:
    """To the page that asked, if this browser did ask; else to the app alone."""
    origins = sign_in_settings().origins
    try:
        flow.check_nonce(state, configured.cookies.nonce(request))
        origin = origins.check(state.origin) if state.origin else origins.app
        if state.flow == "redirect":
            return _redirect(str(set_query_parameter(parse_url(_redirect_url(state)), "error", str(error))))
    except CallboardError:
        origin = origins.app
    return web_message({"error": serialize_error(error)}, origin=origin, status=error.status)


def _redirect(url: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": url, "Content-Length": "0", "Cache-Control": "no-store"})
