"""
The tokens of signed-in users: short-lived JWTs, in Backstage's form.

The key pair follows from the installation's secret, so every process signs with the same one and knows no other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from common.errors import AuthenticationError, CallboardError
from common.identity import Identity

ALGORITHM = "ES256"
AUDIENCE = "backstage"
USER_TYPE = "vnd.backstage.user"
LIMITED_TYPE = "vnd.backstage.limited-user"
REQUIRED_CLAIMS = ["iss", "sub", "aud", "iat", "exp"]
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MAX_LENGTH = 32768
CLOCK_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    token: str
    expires_at: int  # seconds since 1970


class UserTokens:
    """Issues, verifies, and publishes the key to verify with elsewhere."""

    def __init__(self, secret: bytes, *, issuer: str, lifetime: timedelta) -> None:
        self._key = signing_key(secret)
        self._public_key = self._key.public_key()
        self._jwk = _public_jwk(self._public_key)
        self._issuer = issuer
        self._lifetime = lifetime

    def issue(self, user_ref: str, ownership_refs: Sequence[str]) -> IssuedToken:
        """A token for a user. Raises CallboardError if he owns so much that it gets too long for a header."""
        issued_at = int(time.time())
        expires_at = issued_at + int(self._lifetime.total_seconds())
        core = {"sub": user_ref, "iat": issued_at, "exp": expires_at}
        # Backstage's services make a weaker token out of this signature, for cookies and for each other.
        proof = self._sign(LIMITED_TYPE, core).rpartition(".")[2]
        claims = {"iss": self._issuer, **core, "aud": AUDIENCE, "ent": list(ownership_refs), "uip": proof}
        token = self._sign(USER_TYPE, claims)
        if len(token) > MAX_LENGTH:
            raise CallboardError(f"{user_ref} has {len(ownership_refs)} ownership refs, too many for a token")
        return IssuedToken(token, expires_at)

    def verify(self, token: str) -> Identity:
        """Who the token was issued to. Raises AuthenticationError unless it is ours, whole and in time."""
        try:
            claims = jwt.decode(
                token,
                self._public_key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=self._issuer,
                leeway=CLOCK_SKEW,
                options={"require": REQUIRED_CLAIMS},
            )
        except jwt.PyJWTError:
            raise AuthenticationError("Failed user token verification") from None
        return Identity("user", claims["sub"], frozenset(claims.get("ent", ())))

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._jwk]}

    def _sign(self, token_type: str, claims: dict[str, Any]) -> str:
        headers = {"typ": token_type, "alg": ALGORITHM, "kid": self._jwk["kid"]}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers=headers, sort_headers=False)


def token_type(token: str) -> str:
    """What kind of token it says to be; empty if it is no JWT."""
    try:
        return str(jwt.get_unverified_header(token).get("typ", ""))
    except jwt.PyJWTError:
        return ""


def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    # Everybody may see the public key, and so try out secrets at home: scrypt makes each try expensive (40 ms).
    # 16 bytes more than the order has, so that the remainder favours no number.
    number = int.from_bytes(hashlib.scrypt(secret, salt=b"callboard user tokens", n=2**14, r=8, p=1, dklen=48))
    return ec.derive_private_key(number % (P256_ORDER - 1) + 1, ec.SECP256R1())


def _public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    jwk = {
        "crv": "P-256",
        "kty": "EC",
        "x": _base64url(numbers.x.to_bytes(32)),
        "y": _base64url(numbers.y.to_bytes(32)),
    }
    thumbprint = hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest()  # RFC 7638
    return {**jwk, "kid": _base64url(thumbprint), "alg": ALGORITHM}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
