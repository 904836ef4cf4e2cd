"""What GitHub answers when it does not do as it was asked, in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from github import GithubException

from common.errors import (
    CallboardError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
)

# What the calls of this package raise when GitHub refuses or fails.
API_ERRORS = (ConflictError, InputError, NotAllowedError, NotFoundError, ServiceUnavailableError)
MAX_SAID = 1000
TAKEN = re.compile(r"already[ _](?:exists|in use)|already enabled", re.IGNORECASE)


def explain(error: GithubException, *, doing: str, host: str, secret: str) -> CallboardError:
    """``doing`` completes "Failed to …". The secret is taken out even if GitHub repeats it."""
    said = what_was_said(error.data).replace(secret, "***") if secret else what_was_said(error.data)
    failed = f"Failed to {doing} on {host}: {said} (HTTP {error.status})"
    if is_rate_limit(error):
        return ServiceUnavailableError(f"{failed}; the token has used up its requests{_until(error.headers or {})}")
    match error.status:
        case 401:
            return NotAllowedError(f"{failed}; the token is not valid, or not any more")
        case 403:
            return NotAllowedError(f"{failed}; the token has not the permission that this needs")
        case 404:
            return NotFoundError(f"{failed}; there is no such thing, or the token may not see it")
        case 409:
            return ConflictError(failed)
        case 422 if TAKEN.search(said):
            return ConflictError(failed)
        case status if 400 <= status < 500:
            return InputError(failed)
    return ServiceUnavailableError(f"{failed}; try again later")


def what_was_said(data: Any) -> str:
    """GitHub's message with its details, on one line."""
    if not isinstance(data, Mapping):
        return "no reason was given"
    message = str(data.get("message") or data.get("data") or "no reason was given")
    errors = data.get("errors")
    details = [_detail(error) for error in errors] if isinstance(errors, list) else []
    text = ": ".join([message, "; ".join(filter(None, details))]).removesuffix(": ")
    return "".join(character if character.isprintable() else " " for character in text)[:MAX_SAID]


def _detail(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[name]) for name in ("resource", "field", "code") if error.get(name))


def is_rate_limit(error: GithubException) -> bool:
    headers = error.headers or {}
    is_used_up = headers.get("x-ratelimit-remaining") == "0"
    said = what_was_said(error.data).lower()
    return error.status in (403, 429) and ("retry-after" in headers or is_used_up or "rate limit" in said)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """After which a request that the limit held back may be sent again; None if GitHub did not say."""
    try:
        if "retry-after" in headers:
            return max(0.0, float(headers["retry-after"]))
        reset = float(headers["x-ratelimit-reset"])
    except (KeyError, ValueError):
        return None
    return max(0.0, reset - datetime.now(UTC).timestamp())


def _until(headers: Mapping[str, str]) -> str:
    seconds = seconds_to_wait(headers)
    return "" if seconds is None else f" for {seconds:.0f} s more"
