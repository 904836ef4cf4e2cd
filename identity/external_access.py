"""
Callers outside of Callboard: the entries of ``backend.auth.externalAccess``, and the older ``backend.auth.keys``.

No token or secret is kept in a form that a log or a traceback could show.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from common.app_config import AppConfig
from common.identity import Restriction
from identity.restrictions import read_restrictions

logger = logging.getLogger(__name__)

ENTRIES = "backend.auth.externalAccess"
OLD_ENTRIES = "backend.auth.keys"
OLD_SUBJECT = "external:backstage-plugin"
MIN_TOKEN_LENGTH = 8
Restrictions = Mapping[str, Restriction] | None


class ExternalAccess(Protocol):
    """One entry: whom its tokens stand for, what they may do, and which they are."""

    @property
    def subject(self) -> str: ...
    @property
    def restrictions(self) -> Restrictions: ...
    def accepts(self, token: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that is always the same. Compared by digest, in a time that does not depend on it."""

    subject: str
    restrictions: Restrictions
    digest: bytes = field(repr=False)

    def accepts(self, token: str) -> bool:
        return hmac.compare_digest(self.digest, digest_of(token))


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """Backstage's former tokens between servers: HS256, subject ``backstage-server``, no audience."""

    subject: str
    restrictions: Restrictions
    secret: bytes = field(repr=False)

    def accepts(self, token: str) -> bool:
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        expected = hmac.digest(self.secret, signed.encode(), "sha256")
        if not hmac.compare_digest(expected, _decode(signature)) or _read_object(header).get("alg") != "HS256":
            return False
        claims = _read_object(payload)
        return claims.get("sub") == "backstage-server" and not claims.get("aud") and _is_current(claims)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _decode(text: str) -> bytes:
    """Base64, URL-safe or not, padded or not. Empty for anything else."""
    digits = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError:
        return b""


def _read_object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(_decode(segment))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_current(claims: Mapping[str, Any]) -> bool:
    now = time.time()
    earliest, latest = claims.get("nbf", now), claims.get("exp", now + 1)
    return isinstance(earliest, int | float) and isinstance(latest, int | float) and earliest <= now < latest


def read_external_access(config: AppConfig) -> tuple[ExternalAccess, ...]:
    """Raises ConfigError on tokens that are too short, subjects with spaces and unknown types."""
    entries = [access for entry in config.sections(ENTRIES) if (access := _read_entry(entry)) is not None]
    old = [
        _read_secret(entry, "secret", OLD_SUBJECT, read_restrictions(entry)) for entry in config.sections(OLD_ENTRIES)
    ]
    return (*entries, *old)


def _read_entry(entry: AppConfig) -> ExternalAccess | None:
    restrictions = read_restrictions(entry)
    kind = entry.string("type")
    if kind == "static":
        return _read_static(entry, restrictions)
    if kind == "legacy":
        return _read_secret(entry, "options.secret", _read_subject(entry), restrictions)
    if kind == "jwks":
        logger.warning(
            "An entry of %s has the type 'jwks', which is not supported yet: its tokens are refused", ENTRIES
        )
        return None
    raise entry.error("type", "'static' or 'legacy'")


def _read_static(entry: AppConfig, restrictions: Restrictions) -> StaticToken:
    token = entry.string("options.token")
    if token is None or len(token) < MIN_TOKEN_LENGTH or not re.fullmatch(r"[!-~]+", token):
        raise entry.error("options.token", f"at least {MIN_TOKEN_LENGTH} ASCII characters, none of them a space")
    return StaticToken(_read_subject(entry), restrictions, digest_of(token))


def _read_secret(entry: AppConfig, key: str, subject: str, restrictions: Restrictions) -> SharedSecret:
    secret = _decode(entry.string(key, ""))
    if not secret:
        raise entry.error(key, "base64")
    return SharedSecret(subject, restrictions, secret)


def _read_subject(entry: AppConfig) -> str:
    subject = entry.string("options.subject")
    if subject is None or not re.fullmatch(r"\S+", subject):
        raise entry.error("options.subject", "a name without spaces")
    return subject
