"""
The secrets of a task, encrypted for the time until it has ended.

AES-256-GCM with a key made from ``callboard.secretKey`` for this purpose alone. What is sealed for one task opens for
no other.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from common.errors import CallboardError

VERSION = "v1."
PURPOSE = b"callboard scaffolder task secrets"
KEY_BYTES = 32
NONCE_BYTES = 12


def seal(secrets: Mapping[str, Any], *, task_id: str) -> str:
    """Encrypt JSON. Each call gives another text."""
    nonce = os.urandom(NONCE_BYTES)
    encrypted = _cipher(settings.SECRET_KEY).encrypt(nonce, json.dumps(dict(secrets)).encode(), task_id.encode())
    return VERSION + urlsafe_b64encode(nonce + encrypted).decode()


def unseal(sealed: str, *, task_id: str) -> dict[str, Any]:
    """Raises CallboardError if it was sealed with another key or for another task, or has been changed."""
    try:
        if not sealed.startswith(VERSION):
            raise ValueError("unknown version")
        data = urlsafe_b64decode(sealed.removeprefix(VERSION))
        text = _cipher(settings.SECRET_KEY).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], task_id.encode())
    except (InvalidTag, ValueError) as error:
        raise CallboardError(
            f"The secrets of task '{task_id}' cannot be opened: callboard.secretKey has changed since they were"
            " stored. Start the task again, with its secrets"
        ) from error
    secrets: dict[str, Any] = json.loads(text)
    return secrets


@lru_cache(maxsize=4)
def _cipher(secret_key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret_key.encode()))
