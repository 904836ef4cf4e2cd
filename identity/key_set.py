"""The public keys of another party, from the URL where it publishes them (a JSON Web Key Set), kept for a while."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from common.errors import CallboardError, NotAllowedError
from integrations.http.addresses import Reach
from integrations.http.fetch import Fetcher, Request
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport
from integrations.policy import check_form
from integrations.whatwg import Url, parse_url

logger = logging.getLogger(__name__)

Jwk = dict[str, Any]

TIMEOUT_SECONDS = 5.0
# Keys are read again after the one; for a key that is not among them also earlier, but not before the other. So tokens
# with made-up keys cannot make us ask more often.
KEEP_SECONDS = 600.0
PAUSE_SECONDS = 30.0
MAX_BYTES = 256 * 1024
MAX_KEYS = 100


class KeySet:
    """Thread-safe. ``read`` gives the text that the URL answers, and raises CallboardError."""

    def __init__(self, url: str, read: Callable[[str], bytes], clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: list[Jwk] = []
        self._read_at = self._asked_at = -math.inf

    def find(self, fits: Callable[[Jwk], bool]) -> list[Jwk]:
        """The keys that fit. Asks the other party if it must, and waits for that; empty if it gives no answer."""
        if found := self._find_known(fits):
            return found
        with self._lock:
            if self._clock() - self._asked_at > PAUSE_SECONDS:
                self._asked_at = self._clock()
                self._ask()
        return self._find_known(fits)

    def _find_known(self, fits: Callable[[Jwk], bool]) -> list[Jwk]:
        return list(filter(fits, self._keys)) if self._clock() - self._read_at <= KEEP_SECONDS else []

    def _ask(self) -> None:
        try:
            self._keys = _parse(self._read(self.url))
        except (CallboardError, ValueError, RecursionError) as error:
            logger.warning("the keys at %s cannot be read: %s", self.url, error)
        else:
            self._read_at = self._clock()


def _parse(text: bytes) -> list[Jwk]:
    """Raises ValueError."""
    content = json.loads(text)
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise ValueError(f"expected a JSON object with a list 'keys' of at most {MAX_KEYS}")
    return [key for key in keys if isinstance(key, dict)]


def open_key_set(url: str, *, transport: httpx.BaseTransport | None = None) -> KeySet:
    """
    The operator has named this URL, so it may lie on his own machines; but it may not lead elsewhere.

    ``transport`` takes the place of the network in tests.
    """
    origin = parse_url(url).origin

    def check(hop: Url, text: str) -> None:
        check_form(hop, text)
        if hop.origin != origin:
            raise NotAllowedError(f"Reading from '{text}' is not allowed: keys are read from the host of {url} only")

    resolver = CheckedResolver(lambda hostname, port: Reach.LOOPBACK)
    fetcher = Fetcher(transport or CheckedTransport(resolver), check, TIMEOUT_SECONDS)
    return KeySet(url, lambda wanted: fetcher.fetch(Request(wanted, max_bytes=MAX_BYTES)).data)


def fitting(key_id: Any, algorithm: str) -> Callable[[Jwk], bool]:
    """As JSON Web Keys say what they are for. A token that names no key may be signed by any."""

    def fits(key: Jwk) -> bool:
        return (
            (key_id is None or key.get("kid") == key_id)
            and key.get("alg") in (None, algorithm)
            and key.get("use") in (None, "sig")
            and key.get("kty") != "oct"
        )

    return fits
