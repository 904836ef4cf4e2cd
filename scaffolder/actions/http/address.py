"""Where a request goes: to this server's API, and by no spelling anywhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from common.errors import InputError
from integrations.whatwg import Url, parse_url
from integrations.whatwg.path import hides_dot_segments
from scaffolder.templating.numbers import number_text

LONGEST = 8192
_PLUGIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\#]")
# What URLSearchParams leaves as it is.
_SAFE = "*-._"


def build_url(base_url: str, path: str, params: Mapping[str, Any] | None) -> Url:
    """``<base_url>/api/<path>``; ``path`` begins with the id of a plugin and may have a query. Raises InputError."""
    place, mark, query = path.removeprefix("/").partition("?")
    plugin_id = place.partition("/")[0]
    if not _PLUGIN_ID.match(plugin_id) or _CONTROL.search(place) or hides_dot_segments(place):
        raise InputError(
            f"The path '{path[:200]}' is not one of this server's API; expected one such as"
            " '/catalog/entities?filter=kind=component', without '..', '\\', '#' and spaces"
        )
    queries = [text for text in (query.partition("#")[0], encode_params(params or {})) if text]
    base = base_url.rstrip("/")
    text = f"{base}/api/{place}{'?' if mark or queries else ''}{'&'.join(queries)}"
    if len(text) > LONGEST:
        raise InputError(f"The path '{path[:200]}…' is too long: the whole URL may have {LONGEST} characters")
    url = parse_url(text)
    if url.origin != parse_url(base).origin or url.has_userinfo or f"/api/{plugin_id}" not in url.path:
        raise InputError(f"The path '{path[:200]}' leads away from {base}")
    return url


def encode_params(params: Mapping[str, Any]) -> str:
    return "&".join(f"{_encode(key)}={_encode(text_of(value, key))}" for key, value in params.items())


def text_of(value: Any, name: str) -> str:
    """As JavaScript turns it into text. Raises InputError for a mapping."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return ",".join("" if item is None else text_of(item, name) for item in value)
    raise InputError(f"'{name}' must be a text, a number, a boolean or a list of those, not a mapping")


def _encode(text: str) -> str:
    return quote_plus(text, safe=_SAFE, errors="replace").replace("~", "%7E")
