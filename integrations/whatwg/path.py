"""The path of a URL: dot segments resolved, the rest encoded."""

from __future__ import annotations

import re

from integrations.whatwg.percent import PATH, decode, encode
from integrations.whatwg.url import DEFAULT_PORTS

DOTS = re.compile(r"(?:\.|%2[eE]){1,2}")
MAX_DECODINGS = 8


def parse_path(text: str, scheme: str) -> str:
    """The absolute path, normalised. Empty only if ``text`` is, and the scheme allows it."""
    is_special = scheme in DEFAULT_PORTS
    if is_special:
        text = text.replace("\\", "/")
    if not text:
        return "/" if is_special else ""
    segments = text.removeprefix("/").split("/")
    if not DOTS.search(text):
        return "/" + encode("/".join(segments), PATH)
    return "/" + encode("/".join(_resolve_dots(segments)), PATH)


def _resolve_dots(segments: list[str]) -> list[str]:
    resolved: list[str] = []
    for segment in segments:
        dots = _count_dots(segment)
        if dots == 0:
            resolved.append(segment)
        elif dots == 2 and resolved:
            resolved.pop()
    if _count_dots(segments[-1]):
        resolved.append("")
    return resolved


def _count_dots(segment: str) -> int:
    """1 for ``.``, 2 for ``..``, in any spelling that URLs allow; 0 for every name."""
    if not DOTS.fullmatch(segment):
        return 0
    return len(re.sub("%2[eE]", ".", segment))


def hides_dot_segments(path: str) -> bool:
    """Whether decoding the path, however often, brings out a ``.`` or ``..`` that some server might follow."""
    current = path
    for _ in range(MAX_DECODINGS):
        if any(segment in (".", "..") for segment in re.split(r"[/\\]", current)):
            return True
        decoded = decode(current).decode("utf-8", "replace")
        if decoded == current:
            return False
        current = decoded
    return True
