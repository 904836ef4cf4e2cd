"""The tokens of signed-in users, in the form that Backstage's frontend and services read."""

import base64
import time
from datetime import timedelta

import jwt
import pytest
from jwt.algorithms import ECAlgorithm

from common.errors import AuthenticationError, CallboardError
from identity.signing_keys import ALGORITHMS, PERIOD_SECONDS, SigningKeys
from identity.user_tokens import UserTokens, VerifiedToken, limited_token, token_type

ISSUER = "http://localhost:7007/api/auth"


def make_tokens(secret=b"s" * 32, algorithm="ES256", clock=time.time, **changes) -> UserTokens:
    settings = {"issuer": ISSUER, "lifetime": timedelta(hours=1), **changes}
    return UserTokens(SigningKeys(secret, algorithm, clock=clock), **settings)


TOKENS = make_tokens()


def test_a_token_says_who_the_user_is_and_what_he_owns():
    issued = TOKENS.issue("user:default/alice", ["user:default/alice", "group:default/team-a"])
    assert TOKENS.verify(issued.token) == VerifiedToken(
        "user:default/alice", ("user:default/alice", "group:default/team-a"), issued.expires_at
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
    limited = limited_token(issued.token)
    key = ECAlgorithm.from_jwk(TOKENS.jwks()["keys"][0])
    claims = jwt.decode(limited.token, key, algorithms=["ES256"])
    assert claims == {"sub": "user:default/alice", "iat": issued.expires_at - 3600, "exp": issued.expires_at}
    assert jwt.get_unverified_header(limited.token)["typ"] == "vnd.backstage.limited-user"
    assert TOKENS.verify_limited(limited.token) == VerifiedToken("user:default/alice", None, issued.expires_at)


def test_the_published_key_verifies_our_tokens_elsewhere():
    assert {tuple(sorted(key)) for key in TOKENS.jwks()["keys"]} == {("alg", "crv", "kid", "kty", "x", "y")}
    key = TOKENS.jwks()["keys"][0]
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


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_signs_what_its_published_key_verifies(algorithm):
    tokens = make_tokens(algorithm=algorithm)
    token = tokens.issue("user:default/alice", []).token
    (published, *_) = tokens.jwks()["keys"]
    key = jwt.PyJWK(published)
    assert jwt.get_unverified_header(token)["alg"] == published["alg"] == algorithm
    assert jwt.decode(token, key, audience="backstage")["sub"] == "user:default/alice"
    assert tokens.verify_limited(limited_token(token).token).subject == "user:default/alice"


def test_a_token_need_not_say_what_its_user_owns():
    tokens = make_tokens(has_ownership_claim=False)
    assert tokens.verify(tokens.issue("user:default/alice", ["group:default/team-a"]).token).ownership_refs is None


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def key_ids(tokens) -> list[str]:
    return [key["kid"] for key in tokens.jwks()["keys"]]


def test_each_day_has_a_key_of_its_own_published_from_the_day_before_to_the_day_after():
    clock = Clock()
    tokens = make_tokens(clock=clock)
    current, last, following = key_ids(tokens)
    clock.now += PERIOD_SECONDS
    later = key_ids(tokens)
    assert later[:2] == [following, current]
    assert last not in later
    assert len({current, last, following, later[2]}) == 4


def test_a_token_outlives_the_turn_of_its_key_and_no_more():
    clock = Clock()
    tokens = make_tokens(clock=clock, lifetime=timedelta(days=1))
    token = tokens.issue("user:default/alice", []).token
    clock.now += PERIOD_SECONDS
    assert tokens.verify(token).subject == "user:default/alice"
    clock.now += PERIOD_SECONDS
    with pytest.raises(AuthenticationError, match="Failed user token verification"):
        make_tokens(clock=clock).verify(token)


def test_a_token_that_was_verified_ends_all_the_same(monkeypatch):
    issued = TOKENS.issue("user:default/alice", [])
    assert TOKENS.verify(issued.token).subject == "user:default/alice"
    assert TOKENS.verify_limited(limited_token(issued.token).token).subject == "user:default/alice"
    monkeypatch.setattr(time, "time", lambda: issued.expires_at + 6.0)
    for verify, token in ((TOKENS.verify, issued.token), (TOKENS.verify_limited, limited_token(issued.token).token)):
        with pytest.raises(AuthenticationError, match="Failed user token verification"):
            verify(token)


def test_a_process_whose_clock_is_behind_knows_the_next_key():
    clock = Clock()
    clock.now -= PERIOD_SECONDS
    behind = make_tokens(clock=clock)
    assert behind.verify(TOKENS.issue("user:default/alice", []).token).subject == "user:default/alice"
