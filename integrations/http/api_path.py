"""Addresses of an API out of names, none of which leads anywhere else."""

from __future__ import annotations

from urllib.parse import quote

from common.errors import InputError
from integrations.whatwg.path import hides_dot_segments

MAX_SEGMENT = 1024


def path_of(*segments: str | int) -> str:
    """``/a/b%2Fc``: each segment encoded by itself. Raises InputError for one that is empty or leads elsewhere."""
    return "".join(f"/{_encoded(str(segment))}" for segment in segments)


def _encoded(segment: str) -> str:
    is_control = any(character < " " or character == "\x7f" for character in segment)
    if not segment or len(segment) > MAX_SEGMENT or is_control or hides_dot_segments(segment):
        raise InputError(
            f"'{segment[:100]}' cannot be part of an address of the code host: it is empty, too long,"
            " or holds '.' and '..' segments or control characters"
        )
    try:
        return quote(segment, safe="")
    except UnicodeEncodeError:
        raise InputError(f"{segment[:100]!r} is not text that an address can hold") from None
