"""
The tokens of signed-in users: short-lived JWTs, in Backstage's form.

A user's token has a weaker one in it, the limited token: it says who he is and nothing else, and cookies hold it.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt

from common.errors import AuthenticationError, CallboardError
from identity.signing_keys import SigningKey, SigningKeys

AUDIENCE = "backstage"
USER_TYPE = "vnd.backstage.user"
LIMITED_TYPE = "vnd.backstage.limited-user"
PLUGIN_TYPE = "vnd.backstage.plugin"
LIMITED_CLAIMS = ("sub", "iat", "exp")
REQUIRED_CLAIMS = ["iss", "sub", "aud", "iat", "exp"]
MAX_LENGTH = 32768
KEPT_TOKENS = 500
CLOCK_SKEW = timedelta(seconds=5)
NOT_VERIFIED = "Failed user token verification"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    token: str
    expires_at: int  # seconds since 1970


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """``ownership_refs`` is None where the token does not say what its user owns."""

    subject: str
    ownership_refs: tuple[str, ...] | None
    expires_at: int  # seconds since 1970


class UserTokens:
    """Issues, verifies, and publishes the keys to verify with elsewhere."""

    def __init__(
        self, keys: SigningKeys, *, issuer: str, lifetime: timedelta, has_ownership_claim: bool = True
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._lifetime = lifetime
        self._has_ownership_claim = has_ownership_claim
        # Whoever works here sends the same token with each request: 1 µs for the next one instead of 280.
        self._verify = lru_cache(maxsize=KEPT_TOKENS)(self._verify_once)

    def issue(self, user_ref: str, ownership_refs: Sequence[str]) -> IssuedToken:
        """A token for a user. Raises CallboardError if he owns so much that it gets too long for a header."""
        key = self._keys.current()
        issued_at = int(time.time())
        expires_at = issued_at + int(self._lifetime.total_seconds())
        core = {"sub": user_ref, "iat": issued_at, "exp": expires_at}
        owned = {"ent": list(ownership_refs)} if self._has_ownership_claim else {}
        proof = _sign(key, LIMITED_TYPE, core).rpartition(".")[2]
        token = _sign(key, USER_TYPE, {"iss": self._issuer, **core, "aud": AUDIENCE, **owned, "uip": proof})
        if len(token) > MAX_LENGTH:
            raise CallboardError(f"{user_ref} has {len(ownership_refs)} ownership refs, too many for a token")
        return IssuedToken(token, expires_at)

    def verify(self, token: str) -> VerifiedToken:
        """Whom the token was issued to. Raises AuthenticationError unless it is ours, whole and in time."""
        return _in_time(self._verify(token, USER_TYPE))

    def verify_limited(self, token: str) -> VerifiedToken:
        """As ``verify``, for a limited token."""
        return _in_time(self._verify(token, LIMITED_TYPE))

    def jwks(self) -> dict[str, Any]:
        return {"keys": [key.jwk for key in self._keys.living()]}

    def _verify_once(self, token: str, kind: str) -> VerifiedToken:
        checks: dict[str, Any] = {"options": {"require": list(LIMITED_CLAIMS)}}
        if kind == USER_TYPE:
            checks = {"audience": AUDIENCE, "issuer": self._issuer, "options": {"require": REQUIRED_CLAIMS}}
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.find(header.get("kid"))
            if key is None or header.get("typ") != kind:
                raise AuthenticationError(NOT_VERIFIED)
            claims: dict[str, Any] = jwt.decode(
                token, key.private.public_key(), algorithms=[key.algorithm], leeway=CLOCK_SKEW, **checks
            )
        except jwt.PyJWTError:
            raise AuthenticationError(NOT_VERIFIED) from None
        if kind == LIMITED_TYPE and not claims.keys() <= set(LIMITED_CLAIMS):
            raise AuthenticationError(NOT_VERIFIED)
        owned = claims.get("ent")
        return VerifiedToken(claims["sub"], None if owned is None else tuple(owned), claims["exp"])


def _in_time(verified: VerifiedToken) -> VerifiedToken:
    """It was when it was verified; that may have been long ago."""
    if verified.expires_at + CLOCK_SKEW.total_seconds() <= time.time():
        raise AuthenticationError(NOT_VERIFIED)
    return verified


def limited_token(token: str) -> IssuedToken:
    """The limited token in a user's token, which must have been verified."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    segments = (
        {"typ": LIMITED_TYPE, "alg": header["alg"], "kid": header["kid"]},
        {name: claims[name] for name in LIMITED_CLAIMS},
    )
    return IssuedToken(".".join((*map(_segment, segments), claims["uip"])), claims["exp"])


def token_type(token: str) -> str:
    """What kind of token it says to be; empty if it is no JWT."""
    try:
        return str(jwt.get_unverified_header(token).get("typ", ""))
    except jwt.PyJWTError:
        return ""


def _sign(key: SigningKey, kind: str, claims: dict[str, Any]) -> str:
    headers = {"typ": kind, "alg": key.algorithm, "kid": key.id}
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=headers, sort_headers=False)


def _segment(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
