"""Attacks on who we think is asking: forged, stolen, outdated and absurd tokens; secrets that leak."""

import base64
import hmac
import json
import time
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from jwt.algorithms import ECAlgorithm

from common.app_config import AppConfig, ConfigError
from common.errors import AuthenticationError
from common.identity import Identity
from identity.external_access import read_external_access
from identity.middleware import IdentityMiddleware
from identity.signing_keys import SigningKeys
from identity.tokens import authenticate
from identity.user_tokens import UserTokens, limited_token

ISSUER = "http://localhost:7007/api/auth"
SHARED = b"s" * 32
ACCESS = [
    {"type": "static", "options": {"token": "static-token-01", "subject": "ci"}},
    {"type": "legacy", "options": {"secret": base64.b64encode(SHARED).decode(), "subject": "old"}},
]
CONFIG = AppConfig.from_dict({"backend": {"auth": {"externalAccess": ACCESS}}})
EXTERNAL = read_external_access(CONFIG)
KEYS = SigningKeys(b"k" * 32, "ES256")
KEY, KEY_ID = KEYS.current().private, KEYS.current().id
TOKENS = UserTokens(KEYS, issuer=ISSUER, lifetime=timedelta(hours=1))
ATTACKER_KEY = ec.generate_private_key(ec.SECP256R1())


def who(token):
    return authenticate(token, external_access=EXTERNAL, user_tokens=lambda: TOKENS, find_ownership=lambda ref: [ref])


def refuses(token) -> bool:
    try:
        who(token)
    except AuthenticationError:
        return True
    return False


def segment(value) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def claims(**changes) -> dict:
    now = int(time.time())
    good = {"iss": ISSUER, "aud": "backstage", "sub": "user:default/alice", "iat": now, "exp": now + 60, "ent": []}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(key=None, algorithm="ES256", typ="vnd.backstage.user", **changes) -> str:
    return jwt.encode(claims(**changes), key or KEY, algorithm=algorithm, headers={"typ": typ, "kid": KEY_ID})


def test_the_honest_token_is_accepted_or_the_rest_proves_nothing():
    assert who(signed()).subject == "user:default/alice"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"},
        {"aud": None},
        {"aud": ["other"]},
        {"iss": "https://evil.example/api/auth"},
        {"iss": None},
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(time.time()) + 600},
        {"iat": None},
        {"sub": None},
        {"sub": 5},
        {"nbf": int(time.time()) + 600},
    ],
)
def test_claims_of_another_audience_issuer_or_time_are_refused(changes):
    if isinstance(changes.get("sub"), int) or isinstance(changes.get("exp"), str):
        header = segment({"typ": "vnd.backstage.user", "alg": "ES256", "kid": KEY_ID})
        payload = segment(claims(**changes))
        signature = ECAlgorithm(ECAlgorithm.SHA256).sign(f"{header}.{payload}".encode(), KEY)
        assert refuses(f"{header}.{payload}.{segment(signature)}")
    else:
        assert refuses(signed(**changes))


def test_a_token_of_another_key_is_refused():
    assert refuses(signed(ATTACKER_KEY))


def test_a_token_that_names_its_own_key_is_refused():
    public = json.loads(ECAlgorithm.to_jwk(ATTACKER_KEY.public_key()))
    headers = {"typ": "vnd.backstage.user", "jwk": public, "jku": "https://evil.example/jwks", "kid": "../../dev/null"}
    assert refuses(jwt.encode(claims(), ATTACKER_KEY, algorithm="ES256", headers=headers))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 5])
def test_an_unsigned_token_is_refused(algorithm):
    header = segment({"typ": "vnd.backstage.user", "alg": algorithm, "kid": KEY_ID})
    assert refuses(f"{header}.{segment(claims())}.")
    assert refuses(f"{segment({'alg': algorithm})}.{segment({'sub': 'backstage-server'})}.")


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_the_public_key_is_no_shared_secret(encoding):
    """Algorithm confusion: HS256 with the key that everybody can read."""
    public = KEY.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    text = f"{segment({'typ': 'vnd.backstage.user', 'alg': 'HS256', 'kid': KEY_ID})}.{segment(claims())}"
    assert refuses(f"{text}.{segment(hmac.digest(public, text.encode(), 'sha256'))}")


def test_a_changed_claim_breaks_the_signature():
    header, _, signature = signed().split(".")
    assert refuses(f"{header}.{segment(claims(sub='user:default/bob'))}.{signature}")


def test_the_limited_token_of_a_cookie_is_no_bearer_token():
    limited = limited_token(TOKENS.issue("user:default/alice", []).token).token
    header = jwt.get_unverified_header(limited)
    assert refuses(limited)
    assert refuses(limited.replace(segment(header), segment({**header, "typ": "vnd.backstage.user"})))


LIMITED = {"iss": None, "aud": None, "ent": None}


@pytest.mark.parametrize(
    "changes",
    [{"key": ATTACKER_KEY}, {"exp": int(time.time()) - 60}, {"exp": None}, {"sub": None}, {"iss": ISSUER}, {"ent": []}],
)
def test_no_limited_token_is_forged(changes):
    assert TOKENS.verify_limited(signed(typ="vnd.backstage.limited-user", **LIMITED)).subject == "user:default/alice"
    with pytest.raises(AuthenticationError):
        TOKENS.verify_limited(signed(**{"typ": "vnd.backstage.limited-user", **LIMITED, **changes}))


def test_an_unsigned_limited_token_is_refused():
    header = segment({"typ": "vnd.backstage.limited-user", "alg": "none", "kid": KEY_ID})
    with pytest.raises(AuthenticationError):
        TOKENS.verify_limited(f"{header}.{segment(claims(**LIMITED))}.")


def test_a_key_is_known_by_its_id_only():
    for kid in ("other", "", KEY_ID.lower(), KEYS.current().jwk["x"]):
        headers = {"typ": "vnd.backstage.user", "kid": kid}
        assert refuses(jwt.encode(claims(), KEY, algorithm="ES256", headers=headers))
    assert refuses(jwt.encode(claims(), KEY, algorithm="ES256", headers={"typ": "vnd.backstage.user"}))


def test_the_token_of_an_outdated_key_is_refused():
    old = SigningKeys(b"k" * 32, "ES256", clock=lambda: time.time() - 2 * 24 * 60 * 60).current()
    headers = {"typ": "vnd.backstage.user", "kid": old.id}
    assert refuses(jwt.encode(claims(), old.private, algorithm="ES256", headers=headers))


def test_nobody_speaks_on_behalf_of_a_user():
    """A plugin's token as Backstage makes it: signed by whoever, or by us, with a user's limited token inside."""
    limited = limited_token(TOKENS.issue("user:default/alice", []).token).token
    body = {"sub": "catalog", "aud": "catalog", "iat": int(time.time()), "exp": int(time.time()) + 60, "obo": limited}
    headers = {"typ": "vnd.backstage.plugin", "kid": KEY_ID}
    for key in (KEY, ATTACKER_KEY):
        assert refuses(jwt.encode(body, key, algorithm="ES256", headers=headers))
    assert refuses(jwt.encode({**body, "sub": "backstage-server"}, SHARED, algorithm="HS256", headers=headers))
    smuggled = jwt.encode({"sub": "backstage-server", "obo": limited}, SHARED, algorithm="HS256")
    assert who(smuggled) == Identity("service", "old")


@pytest.mark.parametrize("typ", ["vnd.backstage.plugin", "JWT", "vnd.backstage.USER"])
def test_tokens_of_other_types_are_refused_though_rightly_signed(typ):
    assert refuses(signed(typ=typ))


def legacy(algorithm="HS256", key=SHARED, **changes) -> str:
    body = {"sub": "backstage-server", **changes}
    return jwt.encode(body, key, algorithm=algorithm)


@pytest.mark.parametrize(
    "token",
    [
        legacy(sub="somebody"),
        legacy(aud="backstage"),
        legacy(exp=int(time.time()) - 1),
        legacy(nbf=int(time.time()) + 3600),
        legacy(key=b"t" * 32),
        legacy(algorithm="HS512", key=SHARED * 2),
        legacy(algorithm="HS384", key=SHARED * 2),
        legacy() + "AA",
        legacy()[:-4],
        legacy().replace(".", "..", 1),
    ],
)
def test_forged_tokens_between_servers_are_refused(token):
    assert who(legacy()).subject == "old"
    assert refuses(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "." * 10_000,
        "a" * 1_000_000,
        "static-token-01\x00",
        "static-token-01\n",
        " static-token-01",
        "ѕtatic-token-01",
        "\ud800",
        f"{segment(b'[' * 20_000)}.e30.x",
        f"{segment(b'{' * 5 + b'1')}.e30.x",
        f"{segment({'typ': ['vnd.backstage.user'], 'alg': 'ES256'})}.e30.x",
        f"{segment({'typ': 'vnd.backstage.user', 'alg': 'ES256', 'kid': {}})}.e30.x",
        f"{segment({'typ': 'vnd.backstage.user', 'alg': 'ES256', 'crit': ['b64'], 'b64': False})}..x",
        f"{segment({'typ': 'vnd.backstage.user', 'alg': 'ES256'})}.{segment(b'[' * 20_000)}.{segment(b'0' * 64)}",
        f"{segment({'alg': 'HS256'})}.{segment(b'1' * 20_000)}.x",
    ],
)
def test_absurd_tokens_are_refused_quickly_and_quietly(token):
    started = time.process_time()
    assert refuses(token)
    assert time.process_time() - started < 0.1


def answer(path, method="GET", token=None, access=None, **kwargs) -> int:
    auth = {"externalAccess": ACCESS if access is None else access}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with override_settings(APP_CONFIG=AppConfig.from_dict({"backend": {"auth": auth}}), SECRET_KEY="s" * 40):
        middleware = IdentityMiddleware(lambda request: HttpResponse())
        return middleware(RequestFactory().generic(method, path, headers=headers, **kwargs)).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/api/catalog/entities",
        "/API/AUTH/../catalog/entities",
        "/api/Auth/guest",
        "//api/auth/",
        "/api//auth/",
        "/%61pi/catalog/entities",
        "/api/catalog/entities%3f/api/auth/",
        "/.backstage/health/v1/readiness%00",
        "/metrics/../api/auth/",
        "/nope",
    ],
)
def test_no_spelling_of_a_path_gets_past_the_policy(path):
    assert answer(path) == 401


def test_credentials_elsewhere_than_in_the_header_are_none():
    assert answer("/api/catalog/entities?token=static-token-01&access_token=static-token-01") == 401
    assert answer("/api/catalog/entities", HTTP_COOKIE="backstage-auth=static-token-01; token=static-token-01") == 401
    assert answer("/api/catalog/entities", HTTP_X_FORWARDED_USER="alice", REMOTE_USER="alice") == 401


def test_a_restricted_token_gets_into_no_other_plugin_by_spelling():
    restricted = [{**ACCESS[0], "accessRestrictions": [{"plugin": "search"}]}]
    for path in ("/api/catalog/entities", "/api/Search/x", "/api//search", "/metrics", "/"):
        assert answer(path, token="static-token-01", access=restricted) == 403
    assert answer("/api/search/query", token="static-token-01", access=restricted) == 200


def test_the_published_key_holds_nothing_private():
    assert "d" not in TOKENS.jwks()["keys"][0]


def test_secrets_are_in_no_representation_and_no_message():
    hush = base64.b64encode(SHARED).decode()
    assert not any(text in repr(EXTERNAL) + str(EXTERNAL) for text in ("static-token-01", hush, repr(SHARED)))
    for options in ({"token": "hushhus", "subject": "x"}, {"token": "hush hush hush", "subject": "x"}):
        with pytest.raises(ConfigError) as error:
            read_external_access(
                AppConfig.from_dict({"backend": {"auth": {"externalAccess": [{"type": "static", "options": options}]}}})
            )
        assert "hush" not in str(error.value)


def test_a_refused_token_is_not_repeated(caplog):
    for token in ("my-own-secret-token", signed(ATTACKER_KEY)):
        with pytest.raises(AuthenticationError) as error:
            who(token)
        assert token not in str(error.value)
        assert token not in caplog.text
