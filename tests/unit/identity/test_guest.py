"""Signing in as a guest, as the frontend's sign-in page does."""

import json

import pytest
from django.test import RequestFactory, override_settings
from django.urls import Resolver404, resolve

from common.app_config import AppConfig, ConfigError
from common.errors import NotAllowedError, NotFoundError
from identity.api import guest_refresh, jwks, unknown_provider
from identity.guest import sign_in_guest
from identity.settings import IdentitySettings, user_tokens
from identity.sign_in import api as providers

SECRET = "s" * 40


def configured(guest, **auth) -> AppConfig:
    return AppConfig.from_dict({"auth": {"providers": {"guest": guest}, **auth}})


def sign_in(guest, entity=None, **auth) -> dict:
    config = configured(guest, **auth)
    known = IdentitySettings.from_app_config(config).guest
    with override_settings(APP_CONFIG=config, SECRET_KEY=SECRET):
        return sign_in_guest(known, user_tokens(), find_user=lambda ref: entity)


OPEN = {"dangerouslyAllowOutsideDevelopment": True}


def test_the_answer_is_the_one_of_backstage():
    session = sign_in(OPEN)
    identity = session["backstageIdentity"]
    with override_settings(APP_CONFIG=configured(OPEN), SECRET_KEY=SECRET):
        assert user_tokens().verify(identity.pop("token")).subject == "user:development/guest"
    assert 3598 <= identity.pop("expiresInSeconds") <= 3600
    assert session == {
        "profile": {},
        "backstageIdentity": {
            "identity": {
                "type": "user",
                "userEntityRef": "user:development/guest",
                "ownershipEntityRefs": ["user:development/guest"],
            }
        },
    }


def identity_of_session(*args, **kwargs) -> dict:
    return sign_in(*args, **kwargs)["backstageIdentity"]["identity"]


def test_the_configuration_says_who_a_guest_is():
    guest = {**OPEN, "userEntityRef": "Default/Alice", "ownershipEntityRefs": ["group:default/guests"]}
    assert identity_of_session(guest) == {
        "type": "user",
        "userEntityRef": "user:default/alice",
        "ownershipEntityRefs": ["group:default/guests"],
    }


def test_a_user_in_the_catalog_owns_what_his_groups_own():
    relations = [
        {"type": "memberOf", "targetRef": "group:default/team-a"},
        {"type": "memberOf", "targetRef": "group:default/team-a"},
        {"type": "memberOf", "targetRef": "system:default/x"},
        {"type": "ownerOf", "targetRef": "group:default/team-b"},
    ]
    guest = {**OPEN, "userEntityRef": "user:default/alice", "ownershipEntityRefs": ["group:default/guests"]}
    entity = json.dumps({"kind": "User", "relations": relations}).encode()
    assert identity_of_session(guest, entity)["ownershipEntityRefs"] == ["user:default/alice", "group:default/team-a"]
    assert identity_of_session(guest, b'{"kind": "User"}')["ownershipEntityRefs"] == ["user:default/alice"]


@pytest.mark.parametrize(
    ("guest", "auth", "is_allowed"),
    [
        ({}, {}, False),
        ({"dangerouslyAllowOutsideDevelopment": "no"}, {}, False),
        (OPEN, {}, True),
        ({}, {"environment": "development"}, True),
        ({}, {"environment": "production"}, False),
    ],
)
def test_guests_are_for_development_unless_told_otherwise(guest, auth, is_allowed):
    if is_allowed:
        sign_in(guest, **auth)
        return
    with pytest.raises(NotAllowedError, match="The guest provider cannot be used outside of a development environment"):
        sign_in(guest, **auth)


def test_guests_may_come_where_backstage_itself_would_be_in_development(settings):
    settings.CALLBOARD_IS_DEVELOPMENT = True
    sign_in({"userEntityRef": "user:default/somebody"})


@pytest.mark.parametrize(("setting", "seconds"), [("2 hours", 7200), ("PT1M", 600), ({"days": 7}, 86400), (None, 3600)])
def test_sessions_last_between_ten_minutes_and_a_day(setting, seconds):
    session = sign_in(OPEN, backstageTokenExpiration=setting)
    assert abs(session["backstageIdentity"]["expiresInSeconds"] - seconds) <= 2


def test_a_ref_that_is_none_stops_the_start():
    with pytest.raises(ConfigError) as error:
        IdentitySettings.from_app_config(configured({"userEntityRef": "a:"}))
    assert str(error.value) == (
        "app-config.yaml: auth.providers.guest.userEntityRef: got 'a:', expected an entity ref, such as 'user:default/guest'"
    )


def test_without_the_provider_nobody_is_a_guest():
    with override_settings(APP_CONFIG=AppConfig.from_dict({})), pytest.raises(NotFoundError) as error:
        guest_refresh(RequestFactory().post("/api/auth/guest/refresh"))
    assert str(error.value) == "No auth provider registered for 'guest'"


def test_the_key_set_is_published():
    with override_settings(APP_CONFIG=configured(OPEN), SECRET_KEY=SECRET):
        response = jwks(RequestFactory().get("/api/auth/.well-known/jwks.json"))
        assert json.loads(response.content) == user_tokens().jwks()


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/guest/refresh", guest_refresh),
        ("/.well-known/jwks.json", jwks),
        ("/guest/start", unknown_provider),
        ("/gitlab/refresh", unknown_provider),
        ("/github", unknown_provider),
        ("/github/refresh", providers.refresh),
        ("/oidc/start", providers.start),
        ("/oidc/start/x", unknown_provider),
    ],
)
def test_routes(path, view):
    assert resolve(path, urlconf=type("Urls", (), {"urlpatterns": slashed()})).func is view


def slashed():
    from django.urls import include, path

    return [path("", include("identity.urls"))]


def test_other_providers_are_unknown():
    with pytest.raises(NotFoundError, match="Unknown auth provider 'github'"):
        unknown_provider(RequestFactory().get("/"), provider="github")
    with pytest.raises(Resolver404):
        resolve("/", urlconf=type("Urls", (), {"urlpatterns": slashed()}))
