"""
Callers outside of Callboard: the entries of ``backend.auth.externalAccess``, and the older ``backend.auth.keys``.

No token or secret is kept in a form that a log or a traceback could show.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from common.app_config import AppConfig
from identity.key_set import open_key_set
from identity.restrictions import Restrictions, read_restrictions
from identity.signed_access import ALGORITHMS, SignedAccess
from integrations.whatwg import is_url, parse_url

ENTRIES = "backend.auth.externalAccess"
OLD_ENTRIES = "backend.auth.keys"
OLD_SUBJECT = "external:backstage-plugin"
MIN_TOKEN_LENGTH = 8


class ExternalAccess(Protocol):
    """One entry: which tokens are its own, whom they stand for, and what they may do."""

    @property
    def restrictions(self) -> Restrictions: ...
    def identify(self, token: str) -> str | None:
        """The caller's name; None if the token is none of this entry's."""


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token that is always the same. Compared by digest, in a time that does not depend on it."""

    subject: str
    restrictions: Restrictions
    digest: bytes = field(repr=False)

    def identify(self, token: str) -> str | None:
        return self.subject if hmac.compare_digest(self.digest, digest_of(token)) else None


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """Backstage's former tokens between servers: HS256, subject ``backstage-server``, no audience."""

    subject: str
    restrictions: Restrictions
    secret: bytes = field(repr=False)

    def identify(self, token: str) -> str | None:
        return self.subject if self._accepts(token) else None

    def _accepts(self, token: str) -> bool:
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


def read_external_access(
    config: AppConfig, *, transport: httpx.BaseTransport | None = None
) -> tuple[ExternalAccess, ...]:
    """
    Raises ConfigError on tokens that are too short, subjects with spaces and unknown types.

    ``transport`` takes the place of the network, in tests.
    """
    entries = [_read_entry(entry, transport) for entry in config.sections(ENTRIES)]
    old = [
        _read_secret(entry, "secret", OLD_SUBJECT, read_restrictions(entry)) for entry in config.sections(OLD_ENTRIES)
    ]
    return (*entries, *old)


def _read_entry(entry: AppConfig, transport: httpx.BaseTransport | None) -> ExternalAccess:
    restrictions = read_restrictions(entry)
    kind = entry.string("type")
    if kind == "static":
        return _read_static(entry, restrictions)
    if kind == "legacy":
        return _read_secret(entry, "options.secret", _read_subject(entry), restrictions)
    if kind == "jwks":
        return _read_signed(entry, restrictions, transport)
    raise entry.error("type", "'static', 'legacy' or 'jwks'")


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


def _read_signed(entry: AppConfig, restrictions: Restrictions, transport: httpx.BaseTransport | None) -> SignedAccess:
    url = entry.string("options.url")
    if url is None or not is_url(url) or parse_url(url).scheme not in ("http", "https"):
        raise entry.error("options.url", "the URL of a JSON Web Key Set, as in 'https://example.com/jwks.json'")
    algorithms = _one_or_more(entry, "options.algorithm") or ALGORITHMS
    if not set(algorithms) <= set(ALGORITHMS):
        raise entry.error("options.algorithm", "some of " + ", ".join(f"'{name}'" for name in ALGORITHMS))
    prefix = entry.string("options.subjectPrefix")
    return SignedAccess(
        keys=open_key_set(url, transport=transport),
        algorithms=algorithms,
        issuers=_one_or_more(entry, "options.issuer"),
        audiences=_one_or_more(entry, "options.audience"),
        subject_prefix=f"external:{prefix}:" if prefix else "external:",
        restrictions=restrictions,
    )


def _one_or_more(entry: AppConfig, key: str) -> tuple[str, ...] | None:
    """A text, or a list of texts; None if there is none."""
    value = entry.get(key)
    texts = entry.string_list(key, []) if isinstance(value, list) else [entry.string(key)]
    return tuple(text for text in texts if text) or None


def _read_subject(entry: AppConfig) -> str:
    subject = entry.string("options.subject")
    if subject is None or not re.fullmatch(r"\S+", subject):
        raise entry.error("options.subject", "a name without spaces")
    return subject
