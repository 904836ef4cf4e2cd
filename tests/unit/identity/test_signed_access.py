"""Callers with a token that another party has signed."""

import base64
import hmac
import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from common.app_config import AppConfig, ConfigError
from common.errors import AuthenticationError
from common.identity import Identity, Restriction
from identity import key_set
from identity.external_access import read_external_access
from identity.tokens import authenticate

URL = "https://idp.example/keys"
ISSUER, AUDIENCE = "https://idp.example/", "callboard"
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGER = rsa.generate_private_key(65537, 2048)
OPTIONS = {"url": URL, "issuer": ISSUER, "audience": [AUDIENCE, "other"], "algorithm": ["RS256", "ES256"]}


def jwk(algorithm, private_key, **fields):
    return {**json.loads(algorithm.to_jwk(private_key.public_key())), **fields}


RSA_JWK = jwk(RSAAlgorithm, RSA_KEY, kid="r", use="sig", alg="RS256")
EC_JWK = jwk(ECAlgorithm, EC_KEY, kid="e")


class Provider:
    """An identity provider on a network of its own: ``answers`` by path. Counts how often it was asked."""

    def __init__(self, *keys):
        self.answers = {"/keys": lambda: httpx.Response(200, json={"keys": list(keys)})}
        self.asked = []

    def __call__(self, request):
        self.asked.append(str(request.url))
        return self.answers[request.url.path]()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that only pass when a test says so."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(key_set.KeySet.__init__, "__defaults__", (lambda: Clock.now,))
    return Clock


class Door:
    def __init__(self, provider, *, restrictions=None, **options):
        entry = {"type": "jwks", "options": {**OPTIONS, **options}, "accessRestrictions": restrictions or []}
        config = AppConfig.from_dict({"backend": {"auth": {"externalAccess": [entry]}}})
        self.access = read_external_access(config, transport=httpx.MockTransport(provider))

    def who(self, token):
        return authenticate(
            token,
            external_access=self.access,
            user_tokens=lambda: pytest.fail("no user's token"),
            find_ownership=tuple,
        )

    def refuses(self, token):
        with pytest.raises(AuthenticationError, match=r"^Illegal token$"):
            self.who(token)
        return True


def token(key=RSA_KEY, algorithm="RS256", kid="r", headers=None, **claims):
    claims = {"sub": "ci", "iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, **claims}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={**({"kid": kid} if kid else {}), **(headers or {})})


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.fixture
def provider():
    return Provider(RSA_JWK, EC_JWK)


def test_a_token_stands_for_its_subject(provider):
    door = Door(provider)
    assert door.who(token()) == Identity("service", "external:ci")
    assert door.who(token(EC_KEY, "ES256", "e")) == Identity("service", "external:ci")
    assert provider.asked == [URL]


def test_a_token_that_names_no_key_may_be_signed_by_any_of_its_kind(provider):
    assert Door(provider).who(token(EC_KEY, "ES256", None)).subject == "external:ci"


def test_the_prefix_and_the_restrictions_are_the_entrys(provider):
    door = Door(provider, subjectPrefix="idp", restrictions=[{"plugin": "catalog"}])
    assert door.who(token()) == Identity("service", "external:idp:ci", restrictions={"catalog": Restriction()})


@pytest.mark.parametrize("options", [{"issuer": None}, {"audience": None}, {"algorithm": None}])
def test_what_the_entry_does_not_ask_for_may_be_anything(provider, options):
    assert Door(provider, **options).who(token()).subject == "external:ci"


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://evil.example/"}, id="another issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"aud": "somebody else"}, id="for somebody else"),
        pytest.param({"aud": None}, id="for nobody in particular"),
        pytest.param({"exp": time.time() - 60}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"nbf": time.time() + 3600}, id="too early"),
        pytest.param({"sub": None}, id="without a subject"),
        pytest.param({"sub": ""}, id="with an empty subject"),
        pytest.param({"sub": "a\nb"}, id="with a line break in its subject"),
        pytest.param({"sub": "x" * 501}, id="with an endless subject"),
    ],
)
def test_other_claims_are_refused(provider, claims):
    assert Door(provider).refuses(token(**claims))


def test_signatures_of_others_are_refused(provider):
    door = Door(provider)
    assert door.refuses(token(STRANGER))
    assert door.refuses(token()[:-4] + "AAAA")
    assert door.refuses(token(kid="e"))


def test_no_signature_is_no_signature(provider):
    door = Door(provider, algorithm=None)
    assert door.refuses(token("", "none"))
    _, payload, _ = token().split(".")
    header = base64url(b'{"alg":"none","kid":"r"}')
    assert door.refuses(f"{header}.{payload}.")
    assert provider.asked == []


def test_a_public_key_is_no_shared_secret(provider):
    provider.answers["/keys"] = lambda: httpx.Response(
        200, json={"keys": [RSA_JWK, {"kty": "oct", "kid": "o", "k": base64url(b"k" * 32)}]}
    )
    door = Door(provider, algorithm=None)
    assert door.refuses(token(b"k" * 32, "HS256", "o"))
    pem = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = base64url(b'{"alg":"HS256","kid":"r"}') + "." + token().split(".")[1]
    assert door.refuses(f"{signed}.{base64url(hmac.digest(pem, signed.encode(), 'sha256'))}")


def test_only_the_algorithms_of_the_entry_and_of_the_key_count(provider):
    assert Door(provider, algorithm="ES256").refuses(token())
    assert Door(provider, algorithm=None).refuses(token(algorithm="PS256"))


def test_keys_for_other_purposes_do_not_count():
    assert Door(Provider({**RSA_JWK, "use": "enc"})).refuses(token())


def test_keys_that_the_token_brings_along_do_not_count(provider):
    own = jwk(RSAAlgorithm, STRANGER, kid="r")
    assert Door(provider).refuses(token(STRANGER, headers={"jwk": own, "jku": "https://evil.example/keys"}))
    assert provider.asked == [URL]


def test_keys_are_asked_for_again_when_a_new_one_comes_but_not_for_every_stranger(provider, clock):
    door = Door(provider)
    assert door.who(token())
    new = token(STRANGER, kid="new")
    for _ in range(3):
        assert door.refuses(new)
    assert len(provider.asked) == 1

    provider.answers["/keys"] = lambda: httpx.Response(
        200, json={"keys": [RSA_JWK, jwk(RSAAlgorithm, STRANGER, kid="new")]}
    )
    clock.now += 31
    assert door.who(new)
    assert door.who(token())
    assert len(provider.asked) == 2


def test_a_key_that_is_withdrawn_is_good_for_ten_minutes_at_most(provider, clock):
    door = Door(provider)
    assert door.who(token())
    provider.answers["/keys"] = lambda: httpx.Response(200, json={"keys": [EC_JWK]})
    clock.now += 599
    assert door.who(token())
    clock.now += 2
    assert door.refuses(token())


def test_a_provider_that_fails_takes_no_known_key_away(provider, clock, caplog):
    door = Door(provider)
    assert door.who(token())
    provider.answers["/keys"] = lambda: httpx.Response(500)
    clock.now += 31
    assert door.refuses(token(STRANGER, kid="new"))
    assert door.who(token())
    assert "could not read https://idp.example/keys, 500" in caplog.text


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [1, null]}', b'{"keys": [{"kid": "r", "kty": "RSA", "n": 5}]}',
     b"[" * 100_000, b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}", b" " * (300 * 1024)],
)  # fmt: skip
def test_odd_answers_give_no_keys(content):
    provider = Provider()
    provider.answers["/keys"] = lambda: httpx.Response(200, content=content)
    assert Door(provider).refuses(token())


def test_keys_come_from_nowhere_else(provider, caplog):
    provider.answers["/keys"] = lambda: httpx.Response(302, headers={"Location": "http://169.254.169.254/keys"})
    assert Door(provider).refuses(token())
    assert provider.asked == [URL]
    assert "keys are read from the host of https://idp.example/keys only" in caplog.text


ENTRY = "app-config.yaml: backend.auth.externalAccess[0]"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": None}, "options.url: got nothing, expected the URL of a JSON Web Key Set"),
        (
            {"url": "file:///etc/passwd"},
            "options.url: got 'file:///etc/passwd', expected the URL of a JSON Web Key Set",
        ),
        ({"url": "keys"}, "options.url: got 'keys', expected the URL of a JSON Web Key Set"),
        ({"algorithm": "none"}, "options.algorithm: got 'none', expected some of 'RS256', 'RS384'"),
        ({"algorithm": ["RS256", "HS256"]}, "options.algorithm: got a list, expected some of 'RS256'"),
    ],
)
def test_wrong_entries_stop_the_start(options, message):
    with pytest.raises(ConfigError) as error:
        Door(Provider(), **options)
    assert str(error.value).startswith(f"{ENTRY}.{message}")
