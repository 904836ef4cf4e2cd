"""What is said about a wrong configuration, and what is never said: secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from common.errors import CallboardError

MAX_SHOWN = 200
SECRET_KEY = re.compile(
    r"token|secret|passw|passphrase|key|connection|credential|authorization|private|cookie|bearer|\bpat\b", re.I
)
USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


class ConfigError(CallboardError):
    """``<file>: <key>: got <value>, expected <what>``. The program cannot start."""

    name = "ConfigError"


def describe(path: str, value: Any) -> str:
    """A value as a message may show it: shortened, and hidden if its path looks like that of a secret."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value == "":
        return "an empty text"
    if SECRET_KEY.search(path):
        return "a value that is not shown"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _shorten(value)


def _shorten(value: Any) -> str:
    if not isinstance(value, str):
        return str(value)
    text = USER_INFO.sub("***@", value)
    return f"'{text[:MAX_SHOWN]}…'" if len(text) > MAX_SHOWN else f"'{text}'"
