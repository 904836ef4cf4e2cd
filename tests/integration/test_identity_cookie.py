"""The cookie by which a page gets its files, and what users' tokens tell about them."""

import base64
import json
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from common import cookie_paths
from common.app_config import AppConfig
from common.cookie_paths import allow_cookie
from common.identity import identity_of
from identity.middleware import IdentityMiddleware
from identity.settings import user_tokens
from identity.user_tokens import limited_token
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db
COOKIE_URL = "/api/techdocs/.backstage/auth/v1/cookie"
ALICE = "user:default/alice"
STATIC = {"type": "static", "options": {"token": "static-token-01", "subject": "ci"}}


@pytest.fixture(autouse=True)
def _configured(settings, monkeypatch):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"externalAccess": [STATIC]}}})
    monkeypatch.setattr(cookie_paths, "_prefixes", ())
    allow_cookie("/api/techdocs/static/")


def token_of(user_ref=ALICE) -> str:
    return user_tokens().issue(user_ref, [user_ref]).token


def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


def test_a_user_gets_a_cookie_with_a_limited_token():
    token, client = token_of(), Client()
    response = client.get(COOKIE_URL, headers=bearer(token))
    cookie = response.cookies["backstage-auth"]
    expires_at = datetime.fromisoformat(response.json()["expiresAt"])
    assert response.status_code == 200
    assert cookie.value == limited_token(token).token
    assert expires_at.timestamp() == user_tokens().verify(token).expires_at
    assert (cookie["httponly"], cookie["path"], cookie["secure"], cookie["samesite"]) == (True, "/", True, "None")
    assert user_tokens().verify_limited(cookie.value).subject == ALICE


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://callboard.example.com", (True, "None")),
        ("http://localhost:7007", (True, "None")),
        ("http://127.0.0.1:7007", ("", "Lax")),
    ],
)
def test_the_cookie_is_secure_wherever_browsers_keep_such(settings, base_url, expected):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"baseUrl": base_url}})
    cookie = Client().get(COOKIE_URL, headers=bearer(token_of())).cookies["backstage-auth"]
    assert (cookie["secure"], cookie["samesite"]) == expected


def test_a_cookie_that_lasts_is_kept_but_not_that_of_another():
    client = Client()
    client.get(COOKIE_URL, headers=bearer(token_of()))
    again = client.get(COOKIE_URL, headers=bearer(token_of()))
    assert (again.status_code, list(again.cookies)) == (200, [])
    other = client.get(COOKIE_URL, headers=bearer(token_of("user:default/bob")))
    assert user_tokens().verify_limited(other.cookies["backstage-auth"].value).subject == "user:default/bob"


def test_deleting_takes_it_away():
    response = Client().delete(COOKIE_URL, headers=bearer(token_of()))
    cookie = response.cookies["backstage-auth"]
    assert (response.status_code, cookie.value, cookie["max-age"]) == (204, "", 0)


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({}, 401, "Missing credentials"),
        (bearer("static-token-01"), 403, "This endpoint does not allow 'service' credentials"),
        (bearer("nonsense-token"), 401, "Illegal token"),
    ],
)
def test_only_users_get_one(headers, status, message):
    response = Client().get(COOKIE_URL, headers=headers)
    assert (response.status_code, response.json()["error"]["message"]) == (status, message)
    assert response.json()["request"] == {"method": "GET", "url": "/.backstage/auth/v1/cookie"}


def test_a_limited_token_gets_none():
    response = Client().get(COOKIE_URL, headers=bearer(limited_token(token_of()).token))
    assert (response.status_code, response.json()["error"]["message"]) == (401, "Illegal limited user token")


def ask(path, cookie=None, method="GET", headers=None):
    """Status, and who was asking (None if the view was not asked)."""
    seen = []

    def view(request):
        seen.append(identity_of(request))
        return HttpResponse()

    request = RequestFactory().generic(method, path, headers=headers or {})
    if cookie:
        request.COOKIES["backstage-auth"] = cookie
    status = IdentityMiddleware(view)(request).status_code
    return status, seen[0] if seen else None


STATIC_FILE = "/api/techdocs/static/docs/default/component/cart/index.html"


def test_the_cookie_opens_the_paths_that_plugins_name_with_what_the_user_owns_now():
    user = make_entity("alice", kind="User", owner="")
    user["relations"] = [{"type": "memberOf", "targetRef": "group:default/team-a"}]
    write(user)
    status, identity = ask(STATIC_FILE, limited_token(token_of()).token)
    assert (status, identity.subject, identity.ownership_refs) == (200, ALICE, {ALICE, "group:default/team-a"})
    assert ask(STATIC_FILE, headers=bearer(limited_token(token_of()).token))[1].subject == ALICE


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/catalog/entities", "GET"),
        ("/api/techdocs/metadata/techdocs/default/component/cart", "GET"),
        ("/api/techdocs/static", "GET"),
        ("/api/TechDocs/static/x", "GET"),
        ("/x/api/techdocs/static/x", "GET"),
        (STATIC_FILE, "POST"),
        (STATIC_FILE, "DELETE"),
        (COOKIE_URL, "GET"),
    ],
)
def test_it_opens_nothing_else(path, method):
    assert ask(path, limited_token(token_of()).token, method) == (401, None)


def test_a_service_has_no_cookie():
    assert ask(STATIC_FILE, "static-token-01") == (401, None)


def test_an_old_cookie_is_no_hindrance_where_none_is_needed(settings):
    assert ask(STATIC_FILE, "outdated") == (401, None)
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    assert ask(STATIC_FILE, "outdated")[0] == 200


def test_a_token_that_does_not_say_what_its_user_owns_is_looked_up(settings):
    settings.APP_CONFIG = AppConfig.from_dict({"auth": {"omitIdentityTokenOwnershipClaim": True}})
    user = make_entity("alice", kind="User", owner="")
    user["relations"] = [{"type": "memberOf", "targetRef": "group:default/team-a"}]
    write(user)
    token = token_of()
    assert "ent" not in json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert ask("/api/catalog/entities", headers=bearer(token))[1].ownership_refs == {ALICE, "group:default/team-a"}


def test_user_info_tells_who_one_is():
    token = user_tokens().issue(ALICE, ["group:default/team-a", ALICE]).token
    answer = Client().get("/api/auth/v1/userinfo", headers=bearer(token))
    assert answer.json() == {"claims": {"sub": ALICE, "ent": ["group:default/team-a", ALICE]}}
    limited = Client().get("/api/auth/v1/userinfo", headers=bearer(limited_token(token).token))
    assert limited.json() == {"claims": {"sub": ALICE, "ent": [ALICE]}}


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({}, 401, {"name": "AuthenticationError", "message": "No token provided"}),
        (bearer("nonsense-token"), 401, {"name": "AuthenticationError", "message": "Illegal token"}),
        (
            bearer("static-token-01"),
            400,
            {
                "name": "InputError",
                "message": "Userinfo endpoint must be called with a token that represents a user principal",
            },
        ),
    ],
)
def test_user_info_is_for_users(headers, status, error):
    response = Client().get("/api/auth/v1/userinfo", headers=headers)
    assert (response.status_code, response.json()["error"]) == (status, error)


def test_parties_that_verify_tokens_find_the_keys(settings):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"baseUrl": "https://callboard.example.com"}})
    found = Client().get("/api/auth/.well-known/openid-configuration").json()
    assert found["issuer"] == "https://callboard.example.com/api/auth"
    assert found["jwks_uri"] == "https://callboard.example.com/api/auth/.well-known/jwks.json"
    assert Client().get("/api/auth/.well-known/jwks.json").json() == user_tokens().jwks()
