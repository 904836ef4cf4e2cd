"""
What browsers keep for us but must not read or change, and what only we can compute of what they bring.

The keys are made from ``callboard.secretKey`` for these purposes alone.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
NONCE_BYTES = 12


def seal(text: str, *, owner: str) -> str:
    """Encrypt a text; it opens for the same owner only. Fit for a cookie."""
    nonce = os.urandom(NONCE_BYTES)
    encrypted = AESGCM(_key(settings.SECRET_KEY, b"callboard session cookies")).encrypt(
        nonce, text.encode(), owner.encode()
    )
    return urlsafe_b64encode(nonce + encrypted).rstrip(b"=").decode()


def unseal(sealed: str, *, owner: str) -> str | None:
    """None if it was sealed with another key or for another owner, or has been changed."""
    try:
        data = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        key = _key(settings.SECRET_KEY, b"callboard session cookies")
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], owner.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def derive(purpose: str, nonce: str) -> str:
    """A secret text that follows from a nonce, for us alone. 43 characters that are safe in URLs."""
    digest = hmac.digest(_key(settings.SECRET_KEY, b"callboard sign-in"), f"{purpose}:{nonce}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


@lru_cache(maxsize=8)
def _key(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret_key.encode())
