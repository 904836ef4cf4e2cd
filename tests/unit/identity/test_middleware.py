"""Who may come in, and as whom."""

import json
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from common.app_config import AppConfig
from common.identity import ANONYMOUS, Identity, Restriction, identity_of
from identity.middleware import IdentityMiddleware
from identity.settings import user_tokens

TOKEN = {"Authorization": "Bearer static-token-01"}
ACCESS = {"type": "static", "options": {"token": "static-token-01", "subject": "ci"}}


def ask(path="/api/catalog/entities", method="GET", headers=None, *, is_open=False, access=ACCESS, user=None):
    """The answer, and the identity that the view saw (None if the view was not asked)."""
    auth = {"dangerouslyDisableDefaultAuthPolicy": is_open, "externalAccess": [access]}
    seen = []

    def view(request):
        seen.append(identity_of(request))
        return HttpResponse("body")

    request = RequestFactory().generic(method, path, headers=headers or {})
    if user:
        request.user = user
    config = AppConfig.from_dict({"backend": {"auth": auth}})
    with override_settings(
        APP_CONFIG=config, SECRET_KEY="s" * 40, LOGIN_URL="/admin/login/", ROOT_URLCONF="identity.urls"
    ):
        response = IdentityMiddleware(view)(request)
    return response, seen[0] if seen else None


def operator(**changes):
    return SimpleNamespace(**{"is_active": True, "is_staff": True, "get_username": lambda: "olga", **changes})


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
def test_a_token_says_who_asks(is_open, scheme):
    _, identity = ask(headers={"Authorization": f"{scheme}static-token-01"}, is_open=is_open)
    assert identity == Identity("service", "ci")


def test_a_users_token_says_who_asks():
    config = AppConfig.from_dict({})
    with override_settings(APP_CONFIG=config, SECRET_KEY="s" * 40):
        token = user_tokens().issue("user:default/alice", ["group:default/team-a"]).token
    _, identity = ask(headers={"Authorization": f"Bearer {token}"})
    assert identity == Identity("user", "user:default/alice", frozenset({"group:default/team-a"}))


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer a b"}]
)
def test_without_a_token_nobody_comes_in(headers):
    response, identity = ask("/api/catalog/entities?limit=1", headers=headers)
    assert identity is None
    assert response.status_code == 401
    assert json.loads(response.content) == {
        "error": {"name": "AuthenticationError", "message": "Missing credentials"},
        "request": {"method": "GET", "url": "/entities?limit=1"},
        "response": {"statusCode": 401},
    }


def test_where_the_policy_is_off_everybody_comes_in():
    assert ask("/api/catalog/locations", "POST", is_open=True)[1] == ANONYMOUS
    assert ask("/metrics", is_open=True)[1] == ANONYMOUS


@pytest.mark.parametrize("is_open", [True, False])
def test_a_wrong_token_is_refused_even_where_none_is_needed(is_open):
    response, identity = ask(headers={"Authorization": "Bearer wrong-token"}, is_open=is_open)
    assert (response.status_code, identity) == (401, None)
    assert json.loads(response.content)["error"] == {"name": "AuthenticationError", "message": "Illegal token"}


def test_public_routes_take_no_notice_of_tokens():
    for path in ("/api/auth/guest/refresh", "/.backstage/health/v1/readiness"):
        assert ask(path, headers={"Authorization": "Bearer expired"})[1] == ANONYMOUS


def test_a_restricted_token_is_good_for_its_plugins_only():
    restrictions = [{"plugin": "catalog", "permissionAttribute": {"action": "read"}}]
    access = {**ACCESS, "accessRestrictions": restrictions}
    _, identity = ask(headers=TOKEN, access=access)
    assert identity.restrictions == {"catalog": Restriction(actions=frozenset({"read"}))}

    for path in ("/api/scaffolder/v2/tasks", "/metrics", "/"):
        response, identity = ask(path, headers=TOKEN, access=access)
        assert (response.status_code, identity) == (403, None)
        assert json.loads(response.content)["error"] == {
            "name": "NotAllowedError",
            "message": "This token's access is restricted to plugin(s) 'catalog'",
        }


@pytest.mark.parametrize("path", ["/", "/metrics", "/api/catalog/entities"])
def test_an_operator_who_is_signed_in_may_look(path):
    assert ask(path, user=operator())[1] == Identity("user", "operator:olga")


@pytest.mark.parametrize("changes", [{"is_staff": False}, {"is_active": False}])
def test_other_accounts_may_not(changes):
    assert ask("/metrics", user=operator(**changes))[0].status_code == 401


def test_pages_may_be_changed_by_operators_but_the_api_not_by_cookie():
    assert ask("/locations", "POST", user=operator())[1] == Identity("user", "operator:olga")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask("/api/catalog/locations", method, user=operator())[0].status_code == 401


def test_a_person_at_a_browser_is_asked_to_sign_in():
    response, _ = ask("/entities?kind=api", headers={"Accept": "text/html,*/*"})
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=%2Fentities%3Fkind%3Dapi")
    assert ask("/api/catalog/entities", headers={"Accept": "text/html"})[0].status_code == 401
    assert ask("/metrics", headers={"Accept": "text/plain"})[0].status_code == 401


@pytest.mark.parametrize("is_open", [True, False])
def test_webhooks_come_without_a_token_or_with_one_that_counts(is_open):
    path = "/api/events/http/github"
    assert ask(path, "POST", is_open=is_open)[1] == ANONYMOUS
    assert ask(path, "POST", TOKEN, is_open=is_open)[1] == Identity("service", "ci")
    assert ask(path, "POST", {"Authorization": "Bearer wrong-token-01"}, is_open=is_open)[0].status_code == 401
    restricted = {**ACCESS, "accessRestrictions": [{"plugin": "catalog"}]}
    assert ask(path, "POST", TOKEN, access=restricted)[0].status_code == 403
    assert ask("/api/events/bus", "POST")[0].status_code == 401
    # Whoever is signed in to the admin has no part in it.
    assert ask(path, "POST", user=operator())[1] == ANONYMOUS
