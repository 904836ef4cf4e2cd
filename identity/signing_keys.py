"""
The keys that sign the tokens of users: one for each day.

All of them follow from the installation's secret, so that every process signs and verifies with the same ones without
talking to the others (docs/decisions/0009).
"""

from __future__ import annotations

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

PERIOD_SECONDS = 24 * 60 * 60
# No token lives longer than a period: it is the present one's or its predecessor's. The next key is published early,
# for parties that keep what they have read, and for processes whose clock is ahead.
LIVING = (-1, 0, 1)
CURVES: dict[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
ALGORITHMS = (*CURVES, "EdDSA")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """``jwk`` is its public half, as it is published; it has the key's id, ``kid``."""

    algorithm: str
    private: PrivateKey = field(repr=False)
    jwk: dict[str, str]

    @property
    def id(self) -> str:
        return self.jwk["kid"]


class SigningKeys:
    """Thread-safe. ``algorithm`` is one of ALGORITHMS; ``clock`` tells the seconds since 1970."""

    def __init__(self, secret: bytes, algorithm: str, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        # Everybody may see public keys, and so try out secrets at home: scrypt makes each try expensive (40 ms).
        root = hashlib.scrypt(secret, salt=b"callboard user tokens", n=2**14, r=8, p=1, dklen=64)
        self._key_of = lru_cache(maxsize=8)(partial(_derive, root, algorithm))

    def current(self) -> SigningKey:
        """The key to sign with now."""
        return self._key_of(self._period())

    def living(self) -> list[SigningKey]:
        """The keys of tokens that have not ended, the current one first."""
        present = self._period()
        return [self._key_of(present + distance) for distance in sorted(LIVING, key=abs)]

    def find(self, key_id: object) -> SigningKey | None:
        """The living key of this id."""
        return next((key for key in self.living() if key.id == key_id), None)

    def _period(self) -> int:
        return int(self._clock() // PERIOD_SECONDS)


def _derive(root: bytes, algorithm: str, period: int) -> SigningKey:
    private = _private_key(root, algorithm, f"{algorithm}:{period}".encode())
    return SigningKey(algorithm, private, _public_jwk(private, algorithm))


def _private_key(root: bytes, algorithm: str, info: bytes) -> PrivateKey:
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.from_private_bytes(_expand(root, info, 32))
    curve = CURVES[algorithm]
    order = curve.group_order
    # 16 bytes more than the order has, so that the remainder favours no number.
    number = int.from_bytes(_expand(root, info, (order.bit_length() + 7) // 8 + 16))
    return ec.derive_private_key(number % (order - 1) + 1, curve)


def _expand(root: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(SHA512(), length, info).derive(root)


def _public_jwk(private: PrivateKey, algorithm: str) -> dict[str, str]:
    public = private.public_key()
    jwk: Mapping[str, Any]
    if isinstance(public, ec.EllipticCurvePublicKey):
        jwk = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        jwk = OKPAlgorithm.to_jwk(public, as_dict=True)
    members: dict[str, str] = {name: jwk[name] for name in ("crv", "kty", "x", "y") if name in jwk}
    thumbprint = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()  # RFC 7638
    return {**members, "kid": urlsafe_b64encode(thumbprint).rstrip(b"=").decode(), "alg": algorithm}
