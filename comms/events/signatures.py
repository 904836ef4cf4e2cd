"""Whether a webhook comes from who knows the secret. Pure; no time that it takes tells anything of a secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """``header`` holds the HMAC-SHA256 of the body after ``prefix``; or, if nothing is signed, the secret itself."""

    header: str
    prefix: str = ""
    is_signed: bool = True


SCHEMES: Mapping[str, Scheme] = {
    "github": Scheme("X-Hub-Signature-256", "sha256="),
    "gitlab": Scheme("X-Gitlab-Token", is_signed=False),
    "gitea": Scheme("X-Gitea-Signature"),
    "bitbucketCloud": Scheme("X-Hub-Signature", "sha256="),
    "bitbucketServer": Scheme("X-Hub-Signature", "sha256="),
    "azureDevOps": Scheme("X-Ado-Webhook-Secret", is_signed=False),
}


def is_genuine(topic: str, headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets proves it. False for topics that have no scheme."""
    scheme = SCHEMES.get(topic)
    if scheme is None:
        return False
    given = headers.get(scheme.header, "")
    # All of them are tried, so that the time does not tell which one was right.
    return sum(_proves(scheme, given, body, secret) for secret in secrets) > 0


def _proves(scheme: Scheme, given: str, body: bytes, secret: str) -> bool:
    if not scheme.is_signed:
        # Digests, since the time of comparing texts would tell the length of the secret.
        return hmac.compare_digest(_digest(given.encode("latin-1", "replace")), _digest(secret.encode()))
    expected = scheme.prefix + hmac.digest(secret.encode(), body, "sha256").hex()
    return hmac.compare_digest(given.encode(), expected.encode())


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
