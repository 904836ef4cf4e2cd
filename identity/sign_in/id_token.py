"""ID tokens: what an OpenID Connect provider asserts about a person, signed by it and meant for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from jwt import PyJWTError, get_unverified_header

from identity.key_set import Jwk, KeySet, fitting
from identity.sign_in.provider import ProviderError

# Signatures by keys that only the provider has. HMAC and "none" are none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCK_SKEW_SECONDS = 10
MAX_LENGTH = 64 * 1024
MAX_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class IdTokenChecker:
    """``algorithm`` is the one that the provider signs with; a token cannot choose another."""

    keys: KeySet
    issuer: str
    client_id: str
    algorithm: str

    def claims_of(self, token: Any, *, nonce: str | None, access_token: str) -> dict[str, Any]:
        """
        The claims. Raises ProviderError unless the token is the provider's, for us, for this sign-in and in time.

        ``nonce`` is None where there was no sign-in: when a session is refreshed.
        """
        if not isinstance(token, str) or not token.isascii() or len(token) > MAX_LENGTH:
            raise ProviderError("The identity provider gave no ID token")
        decoded = self._verify(token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            },
            params={"nonce": nonce, "client_id": self.client_id, "access_token": access_token},
        )
        try:
            claims.validate(leeway=CLOCK_SKEW_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError(f"The ID token is not good: {str(error)[:200]}") from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
            raise ProviderError("The ID token is not good: its subject is no name")
        return dict(claims)

    def _verify(self, token: str) -> jwt.Token:
        for key in self._candidates(token):
            try:
                return jwt.decode(token, import_key(key), algorithms=[self.algorithm])
            except (JoseError, ValueError, TypeError):  # a key may be any JSON at all
                continue
        raise ProviderError("The ID token is not good: no key of the identity provider has signed it")

    def _candidates(self, token: str) -> Sequence[Jwk]:
        try:
            key_id = get_unverified_header(token).get("kid")
        except PyJWTError:
            return ()
        return self.keys.find(fitting(key_id, self.algorithm))
