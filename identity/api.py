"""The doors of ``/api/auth``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog.queries.refs import get_by_refs
from common.errors import NotFoundError
from common.json_response import json_response
from identity.guest import sign_in_guest
from identity.settings import identity_settings, user_tokens


@csrf_exempt
@require_http_methods(["GET", "POST"])
def guest_refresh(request: HttpRequest) -> HttpResponse:
    """A new session. It depends on nothing that the request brings, so no other site can make use of it."""
    guest = identity_settings().guest
    if guest is None:
        raise NotFoundError("No auth provider registered for 'guest'")
    session = sign_in_guest(guest, user_tokens(), find_user=lambda ref: get_by_refs([ref])[0])
    response = json_response(session)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    return json_response(user_tokens().jwks())


@csrf_exempt
def unknown_provider(request: HttpRequest, provider: str) -> HttpResponse:
    raise NotFoundError(f"Unknown auth provider '{provider}'")
