"""The doors of ``/api/auth``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog.queries.refs import get_by_refs
from common.errors import AuthenticationError, InputError, NotFoundError
from common.json_response import json_response
from identity.bearer import bearer_token
from identity.guest import sign_in_guest
from identity.ownership import find_ownership_refs
from identity.settings import identity_settings, user_tokens
from identity.tokens import authenticate


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


@require_safe
def openid_configuration(request: HttpRequest) -> HttpResponse:
    """Where the tokens of users come from, for parties that verify them."""
    known = identity_settings()
    return json_response(
        {
            "issuer": known.issuer,
            "userinfo_endpoint": f"{known.issuer}/v1/userinfo",
            "jwks_uri": f"{known.issuer}/.well-known/jwks.json",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [known.token_algorithm],
            "scopes_supported": ["openid"],
            "claims_supported": ["sub", "ent"],
        }
    )


@require_safe
def user_info(request: HttpRequest) -> HttpResponse:
    """Who the user of a token is, and what he owns. A limited token will do."""
    token = bearer_token(request)
    if token is None:
        raise AuthenticationError("No token provided")
    identity = authenticate(
        token,
        external_access=identity_settings().external_access,
        user_tokens=user_tokens,
        find_ownership=find_ownership_refs,
        allows_limited=True,
    )
    if identity.kind != "user":
        raise InputError("Userinfo endpoint must be called with a token that represents a user principal")
    response = json_response({"claims": {"sub": identity.subject, "ent": sorted(identity.ownership_refs)}})
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
def unknown_provider(request: HttpRequest, provider: str) -> HttpResponse:
    raise NotFoundError(f"Unknown auth provider '{provider}'")
