"""``APP_CONFIG_backend_listen_port=7007``: configuration by environment variables, stronger than any file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from common.app_config.error import ConfigError

PREFIX = "APP_CONFIG_"
KEY_PART = re.compile(r"[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)*", re.I)


def read_environment(env: Mapping[str, str]) -> dict[str, Any]:
    """
    What the variables that start with ``APP_CONFIG_`` say; each ``_`` goes one level down.

    A value is JSON, or else a text; an empty one counts as not set. Raises ConfigError on a name that is no key,
    on ``null``, and where one variable would have to lie inside the value of another.
    """
    data: dict[str, Any] = {}
    for name, value in env.items():
        if name.startswith(PREFIX) and value:
            _insert(data, name, value)
    return data


def _insert(data: dict[str, Any], name: str, value: str) -> None:
    parts = name.removeprefix(PREFIX).split("_")
    if not all(KEY_PART.fullmatch(part) for part in parts):
        raise ConfigError(f"environment: {name}: got a name that is no key, expected e.g. {PREFIX}app_baseUrl")
    for part in parts[:-1]:
        data = data.setdefault(part, {})
        if not isinstance(data, dict):
            raise ConfigError(f"environment: {name}: got a value below that of another variable, expected only one")
    if parts[-1] in data:
        raise ConfigError(f"environment: {name}: got a second value for the same key, expected only one")
    data[parts[-1]] = _parse(name, value)


def _parse(name: str, value: str) -> Any:
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if parsed is None:
        raise ConfigError(f"environment: {name}: got null, expected a value; leave it empty to unset it")
    return parsed
