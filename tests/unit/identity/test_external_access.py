"""Callers outside of Callboard, as ``backend.auth.externalAccess`` names them."""

import base64
import time

import jwt
import pytest

from common.app_config import AppConfig, ConfigError
from common.errors import AuthenticationError
from common.identity import Identity, Restriction
from identity.external_access import read_external_access
from identity.tokens import authenticate

SECRET = base64.b64encode(b"s" * 32).decode()
STATIC = {"type": "static", "options": {"token": "static-token-01", "subject": "ci"}}
LEGACY = {"type": "legacy", "options": {"secret": SECRET, "subject": "old-ci"}}


def access(*entries, **auth):
    return read_external_access(AppConfig.from_dict({"backend": {"auth": {"externalAccess": list(entries), **auth}}}))


def who(token, *entries, **auth) -> Identity:
    def no_user_tokens():
        raise AssertionError("not a user's token")

    return authenticate(
        token, external_access=access(*entries, **auth), user_tokens=no_user_tokens, find_ownership=tuple
    )


def refusal(*entries, **auth) -> str:
    with pytest.raises(ConfigError) as error:
        access(*entries, **auth)
    return str(error.value)


def legacy_token(secret=b"s" * 32, algorithm="HS256", **claims) -> str:
    return jwt.encode({"sub": "backstage-server", **claims}, secret, algorithm=algorithm)


def test_a_static_token_stands_for_its_subject():
    assert who("static-token-01", STATIC) == Identity("service", "ci")


def test_each_static_token_stands_for_its_own_subject():
    other = {"type": "static", "options": {"token": "static-token-02", "subject": "cd"}}
    assert who("static-token-02", STATIC, other).subject == "cd"


@pytest.mark.parametrize("token", ["static-token-0", "static-token-011", "STATIC-TOKEN-01", "ci", "a.b.c"])
def test_other_tokens_are_illegal(token):
    with pytest.raises(AuthenticationError, match=r"^Illegal token$"):
        who(token, STATIC, LEGACY)


@pytest.mark.parametrize("claims", [{}, {"exp": time.time() + 3600}, {"nbf": time.time() - 60}])
def test_a_legacy_token_is_signed_with_the_shared_secret(claims):
    assert who(legacy_token(**claims), STATIC, LEGACY) == Identity("service", "old-ci")


def test_the_shared_secret_may_be_url_safe_and_unpadded():
    raw = b"\xff\xfe" * 17
    entry = {
        "type": "legacy",
        "options": {"secret": base64.urlsafe_b64encode(raw).decode().rstrip("="), "subject": "x"},
    }
    assert who(legacy_token(raw), entry).subject == "x"


def test_the_former_keys_still_work():
    assert who(legacy_token(), keys=[{"secret": SECRET}]) == Identity("service", "external:backstage-plugin")


def test_restrictions_travel_with_the_identity():
    entry = {
        **STATIC,
        "accessRestrictions": [
            {
                "plugin": "catalog",
                "permission": ["catalog.entity.read, a", "b"],
                "permissionAttribute": {"action": "read update"},
            },
            {"plugin": "search"},
        ],
    }
    assert who("static-token-01", entry).restrictions == {
        "catalog": Restriction(frozenset({"catalog.entity.read", "a", "b"}), frozenset({"read", "update"})),
        "search": Restriction(),
    }


def test_an_empty_list_restricts_nothing():
    assert who("static-token-01", {**STATIC, "accessRestrictions": []}).restrictions is None


ENTRY = "app-config.yaml: backend.auth.externalAccess[0]"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "magic"}, "type: got 'magic', expected 'static', 'legacy' or 'jwks'"),
        ({"options": {"subject": "ci"}}, "options.token: got nothing, expected at least 8 ASCII characters, none of them a space"),
        ({"options": {"token": "short", "subject": "ci"}}, "options.token: got a value that is not shown, expected at least 8 ASCII characters, none of them a space"),
        ({"options": {"token": "with a space", "subject": "ci"}}, "options.token: got a value that is not shown, expected at least 8 ASCII characters, none of them a space"),
        ({"options": {"token": "long-enough", "subject": "c i"}}, "options.subject: got 'c i', expected a name without spaces"),
        ({"accessRestrictions": [{"permission": "x"}]}, "accessRestrictions[0].plugin: got nothing, expected the id of a plugin, such as 'catalog'"),
        ({"accessRestrictions": [{"plugin": "a"}, {"plugin": "a"}]}, "accessRestrictions[1].plugin: got 'a', expected each plugin once"),
        ({"accessRestrictions": [{"plugin": "a", "action": "read"}]}, "accessRestrictions[0].action: got 'read', expected one of the keys 'plugin', 'permission', 'permissionAttribute'"),
        ({"accessRestrictions": [{"plugin": "a", "permissionAttribute": {"action": "write"}}]}, "accessRestrictions[0].permissionAttribute.action: got 'write', expected some of 'create', 'read', 'update', 'delete'"),
    ],
)  # fmt: skip
def test_wrong_entries_stop_the_start(change, message):
    assert refusal({**STATIC, **change}) == f"{ENTRY}.{message}"


@pytest.mark.parametrize("secret", ["no base64!", "", "====", "ä"])
def test_a_shared_secret_must_be_base64(secret):
    assert "options.secret: got " in refusal({"type": "legacy", "options": {"secret": secret, "subject": "x"}})
