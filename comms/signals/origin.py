"""Which sites' pages may open a WebSocket here: browsers leave it to the server to ask."""

from __future__ import annotations

from urllib.parse import urlsplit

from common.cors import MAX_ORIGIN
from comms.settings import CommsSettings


def is_trusted_origin(origin: str, host: str, settings: CommsSettings) -> bool:
    """
    Those of our own pages, of the frontend, and of ``backend.cors``; and who says nothing is no browser.

    ``host`` is what the request names as its server.
    """
    if not origin:
        return True
    if len(origin) > MAX_ORIGIN or "://" not in origin:
        return False
    if _authority(origin) == host.lower() or origin.lower() in map(
        _origin_of, (settings.app_url, settings.backend_url)
    ):
        return True
    cors = settings.cors
    return cors is not None and (cors.origins is None or any(pattern.match(origin) for pattern in cors.origins))


def _authority(origin: str) -> str:
    return origin.lower().partition("://")[2]


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
