"""The tokens of signed-in users, in the form that Backstage's frontend and services read."""

import base64
import json
import time
from datetime import timedelta

import jwt
import pytest
from jwt.algorithms import ECAlgorithm

from common.errors import CallboardError
from common.identity import Identity
from identity.user_tokens import UserTokens, token_type

ISSUER = "http://localhost:7007/api/auth"


def make_tokens(secret=b"s" * 32, issuer=ISSUER, lifetime=timedelta(hours=1)) -> UserTokens:
    return UserTokens(secret, issuer=issuer, lifetime=lifetime)


TOKENS = make_tokens()


def test_a_token_says_who_the_user_is_and_what_he_owns():
    issued = TOKENS.issue("user:default/alice", ["user:default/alice", "group:default/team-a"])
    assert TOKENS.verify(issued.token) == Identity(
        "user", "user:default/alice", frozenset({"user:default/alice", "group:default/team-a"})
    )
    assert abs(issued.expires_at - time.time() - 3600) < 2


def test_header_and_claims_are_those_of_backstage():
    issued = TOKENS.issue("user:default/alice", ["user:default/alice"])
    claims = jwt.decode(issued.token, options={"verify_signature": False})
    proof = claims.pop("uip")
    assert jwt.get_unverified_header(issued.token) == {
        "typ": "vnd.backstage.user",
        "alg": "ES256",
        "kid": TOKENS.jwks()["keys"][0]["kid"],
    }
    assert claims == {
        "iss": ISSUER,
        "sub": "user:default/alice",
        "iat": issued.expires_at - 3600,
        "exp": issued.expires_at,
        "aud": "backstage",
        "ent": ["user:default/alice"],
    }
    assert len(base64.urlsafe_b64decode(proof + "==")) == 64


def test_the_proof_signs_the_limited_token_that_backstage_makes_of_it():
    issued = TOKENS.issue("user:default/alice", [])
    header, claims = (
        jwt.get_unverified_header(issued.token),
        jwt.decode(issued.token, options={"verify_signature": False}),
    )
    parts = ({**header, "typ": "vnd.backstage.limited-user"}, {name: claims[name] for name in ("sub", "iat", "exp")})
    segments = [
        base64.urlsafe_b64encode(json.dumps(p, separators=(",", ":")).encode()).rstrip(b"=").decode() for p in parts
    ]
    limited = ".".join((*segments, claims["uip"]))
    key = ECAlgorithm.from_jwk(TOKENS.jwks()["keys"][0])
    assert jwt.decode(limited, key, algorithms=["ES256"])["sub"] == "user:default/alice"


def test_the_published_key_verifies_our_tokens_elsewhere():
    (key,) = TOKENS.jwks()["keys"]
    assert sorted(key) == ["alg", "crv", "kid", "kty", "x", "y"]
    token = TOKENS.issue("user:default/alice", []).token
    claims = jwt.decode(token, ECAlgorithm.from_jwk(key), algorithms=["ES256"], audience="backstage", issuer=ISSUER)
    assert claims["sub"] == "user:default/alice"


def test_every_process_with_the_same_secret_has_the_same_key():
    assert make_tokens().jwks() == TOKENS.jwks()
    assert make_tokens(secret=b"t" * 32).jwks() != TOKENS.jwks()


def test_too_much_ownership_for_a_header_is_said_so():
    with pytest.raises(CallboardError, match="user:default/alice has 3000 ownership refs, too many for a token"):
        TOKENS.issue("user:default/alice", [f"group:default/team-{number}" for number in range(3000)])


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "...", "e30.e30.", "W10.e30.x", "\x00", "ü.ü.ü"])
def test_what_is_no_token_has_no_type(token):
    assert token_type(token) == ""
