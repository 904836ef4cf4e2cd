"""The middleware together, in Django's real order: what a client sees of errors, origins and credentials."""

import json
import sys
from types import ModuleType

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from common.app_config import AppConfig
from common.errors import ConflictError, NotFoundError

FRONTEND = "http://localhost:3000"
TOKEN = {"Authorization": "Bearer static-token-01"}
CONFIG = AppConfig.from_dict(
    {
        "backend": {
            "cors": {"origin": FRONTEND, "credentials": True},
            "auth": {"externalAccess": [{"type": "static", "options": {"token": "static-token-01", "subject": "ci"}}]},
        }
    }
)
RAISED = {
    "conflict": ConflictError("There already"),
    "missing": NotFoundError("No such thing"),
    "fault": ZeroDivisionError("inside"),
    "http404": Http404("no such thing"),
    "denied": PermissionDenied("not you"),
    "bad": BadRequest("not so"),
}


def view(request, what):
    if what in RAISED:
        raise RAISED[what]
    return HttpResponse(f"{request.identity.kind} {request.identity.subject}")


urls = ModuleType("front_door_urls")
urls.urlpatterns = [
    path("api/auth/", include("identity.urls")),
    path("api/catalog/<what>", view),
    path("<what>", view),
]
for status in (400, 403, 404, 500):
    setattr(urls, f"handler{status}", f"common.exception_handler.handler{status}")
sys.modules[urls.__name__] = urls


@pytest.fixture
def client():
    changes = {
        "APP_CONFIG": CONFIG,
        "SECRET_KEY": "s" * 40,
        "LOGIN_URL": "/admin/login/",
        "ROOT_URLCONF": urls.__name__,
        "MIDDLEWARE": [
            "common.security_headers.SecurityHeadersMiddleware",
            "common.cors.CorsMiddleware",
            "identity.middleware.IdentityMiddleware",
            "common.exception_handler.ErrorMiddleware",
        ],
    }
    with override_settings(**changes):
        yield Client(raise_request_exception=False)


def test_a_good_token_reaches_the_view(client):
    response = client.get("/api/catalog/x", headers=TOKEN)
    assert (response.status_code, response.content) == (200, b"service ci")


def test_a_refusal_is_readable_from_the_frontends_origin(client):
    response = client.get("/api/catalog/x", headers={"Origin": FRONTEND})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (401, FRONTEND)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.json()["error"] == {"name": "AuthenticationError", "message": "Missing credentials"}


def test_a_preflight_needs_no_token(client):
    requested = {"Origin": FRONTEND, "Access-Control-Request-Headers": "authorization"}
    response = client.options("/api/catalog/x", headers=requested)
    assert (response.status_code, response["Access-Control-Allow-Headers"]) == (204, "authorization")


@pytest.mark.parametrize(
    ("what", "status", "name", "message"),
    [
        ("conflict", 409, "ConflictError", "There already"),
        ("missing", 404, "NotFoundError", "No such thing"),
        ("http404", 404, "NotFoundError", "no such thing"),
        ("denied", 403, "NotAllowedError", "not you"),
        ("bad", 400, "InputError", "not so"),
    ],
)
def test_what_a_view_raises_is_said_in_backstages_words(client, what, status, name, message):
    response = client.get(f"/api/catalog/{what}?a=b", headers=TOKEN)
    assert response.status_code == status
    assert response.json() == {
        "error": {"name": name, "message": message},
        "request": {"method": "GET", "url": f"/{what}?a=b"},
        "response": {"statusCode": status},
    }


@pytest.mark.parametrize("path", ["/api/catalog/fault", "/fault"])
def test_a_fault_of_ours_is_not_explained(client, path):
    response = client.get(path, headers=TOKEN)
    assert response.status_code == 500
    assert response.json()["error"]["message"].startswith("An internal error occurred logId=")
    assert b"inside" not in response.content


def test_an_unknown_route_is_answered_with_nothing_but_only_to_those_who_may_ask(client):
    response = client.get("/api/nope/x", headers=TOKEN)
    assert (response.status_code, response.content, "Content-Type" in response) == (404, b"", False)
    assert client.get("/api/nope/x").status_code == 401


def test_signing_in_needs_no_token(client):
    assert sorted(json.loads(client.get("/api/auth/.well-known/jwks.json").content)) == ["keys"]
    response = client.get("/api/auth/gitlab/refresh")
    assert response.json() == {
        "error": {"name": "NotFoundError", "message": "Unknown auth provider 'gitlab'"},
        "request": {"method": "GET", "url": "/gitlab/refresh"},
        "response": {"statusCode": 404},
    }
    assert client.get("/api/auth/guest/refresh").json()["error"]["message"] == "No auth provider registered for 'guest'"
    assert client.put("/api/auth/guest/refresh").status_code == 404
