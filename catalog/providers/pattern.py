"""Regular expressions in the configuration of providers, as Backstage's are written: JavaScript's, found anywhere."""

from __future__ import annotations

from collections.abc import Callable

import regex  # type: ignore[import-untyped]

from common.app_config import AppConfig
from common.errors import CallboardError

SECONDS = 1.0

Matches = Callable[[str], bool]


def match_all(text: str) -> bool:
    return True


def read_pattern(section: AppConfig, key: str) -> Matches:
    """Whether a text holds what the pattern at ``key`` describes; any text does if there is none. Raises ConfigError."""
    source = section.string(key)
    if source is None:
        return match_all
    try:
        pattern = regex.compile(source, regex.V0)
    except (regex.error, OverflowError):
        raise section.error(key, "a regular expression such as '^team-'") from None

    def matches(text: str) -> bool:
        try:
            return pattern.search(text, timeout=SECONDS) is not None
        except TimeoutError:
            raise CallboardError(f"The pattern '{source}' at '{key}' takes too long for '{text[:100]}'") from None

    return matches
