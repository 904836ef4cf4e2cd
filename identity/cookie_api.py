"""The doors of ``/api/<plugin>/.backstage/auth/v1/cookie``, by which a page gets its files without a header."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.errors import AuthenticationError, NotAllowedError
from common.identity import identity_of
from common.json_response import json_response
from identity.bearer import COOKIE, bearer_token
from identity.settings import identity_settings, user_tokens
from identity.user_tokens import IssuedToken, limited_token

SOON_SECONDS = 5 * 60


@csrf_exempt
@require_http_methods(["GET", "DELETE"])
def user_cookie(request: HttpRequest, plugin: str) -> HttpResponse:
    """GET gives the caller's cookie, unless he has one that lasts; DELETE takes it away."""
    if request.method == "DELETE":
        response = HttpResponse(status=204)
        _set_cookie(response, "", 0)
        return response
    token = _token_of_user(request)
    kept = _lasting_cookie(request)
    issued = kept or limited_token(token)
    expires_at = datetime.fromtimestamp(issued.expires_at, UTC)
    response = json_response({"expiresAt": f"{expires_at:%Y-%m-%dT%H:%M:%S}.000Z"})
    response["Cache-Control"] = "no-store"
    if kept is None:
        _set_cookie(response, issued.token, issued.expires_at)
    return response


def _token_of_user(request: HttpRequest) -> str:
    """The token of the header, which the middleware has verified."""
    identity, token = identity_of(request), bearer_token(request)
    if identity.kind == "service":
        raise NotAllowedError("This endpoint does not allow 'service' credentials")
    if identity.kind != "user" or token is None:
        raise AuthenticationError("Missing credentials")
    return token


def _lasting_cookie(request: HttpRequest) -> IssuedToken | None:
    """The caller's own cookie, if it is good for a while."""
    cookie = request.COOKIES.get(COOKIE)
    if not cookie:
        return None
    try:
        verified = user_tokens().verify_limited(cookie)
    except AuthenticationError:
        return None
    is_his = verified.subject == identity_of(request).subject
    return (
        IssuedToken(cookie, verified.expires_at)
        if is_his and verified.expires_at > time.time() + SOON_SECONDS
        else None
    )


def _set_cookie(response: HttpResponse, value: str, expires_at: int) -> None:
    # Browsers keep secure cookies of localhost also without TLS. Pages of another site may only send such.
    known = identity_settings()
    is_secure = known.is_secure or urlsplit(known.issuer).hostname == "localhost"
    response.set_cookie(
        COOKIE,
        value,
        expires=datetime.fromtimestamp(expires_at, UTC),
        secure=is_secure,
        httponly=True,
        samesite="None" if is_secure else "Lax",
    )
