"""Callers with a token that another party has signed: an entry of type ``jwks``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jwt

from identity.key_set import Jwk, KeySet, fitting
from identity.restrictions import Restrictions

# Signatures by keys that only the other party has. HMAC and "none" are none.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA",
)  # fmt: skip
REQUIRED_CLAIMS = ["sub", "exp"]
CLOCK_SKEW_SECONDS = 5
MAX_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class SignedAccess:
    """``issuers`` and ``audiences`` are None where any will do. The caller's name is the token's subject."""

    keys: KeySet
    algorithms: tuple[str, ...]
    issuers: tuple[str, ...] | None
    audiences: tuple[str, ...] | None
    subject_prefix: str
    restrictions: Restrictions = field(default=None)

    def identify(self, token: str) -> str | None:
        """Whom the token stands for; None if it is none of theirs, out of time, or for somebody else."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        algorithm = header.get("alg")
        if algorithm not in self.algorithms:
            return None
        for key in self.keys.find(fitting(header.get("kid"), algorithm)):
            if (subject := self._verify(token, key, algorithm)) is not None:
                return f"{self.subject_prefix}{subject}"
        return None

    def _verify(self, token: str, key: Jwk, algorithm: str) -> str | None:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(key, algorithm).key,
                algorithms=[algorithm],
                audience=self.audiences,
                issuer=self.issuers,
                leeway=CLOCK_SKEW_SECONDS,
                options={
                    "require": REQUIRED_CLAIMS,
                    "verify_aud": self.audiences is not None,
                    "verify_iss": self.issuers is not None,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError):  # a key may be any JSON at all
            return None
        subject = claims["sub"]
        return subject if 0 < len(subject) <= MAX_SUBJECT and subject.isprintable() else None
