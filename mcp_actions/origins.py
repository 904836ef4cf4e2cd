"""
Which web pages may speak to the tools. Agents are no pages, and name no origin.

A page whose host name was made to lead to this machine (DNS rebinding) reaches a server that listens on it alone. It
cannot hide where it comes from.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from common.app_config import AppConfig
from common.cors import MAX_ORIGIN, CorsSettings
from common.errors import NotAllowedError


def refuse_foreign_origin(request: HttpRequest) -> None:
    """Raises NotAllowedError."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_known(origin, settings.APP_CONFIG):
        raise NotAllowedError(
            f"Origin '{origin[:MAX_ORIGIN]}' is not allowed; if pages of it are to use tools, name it in backend.cors.origin"
        )


def is_known(origin: str, config: AppConfig) -> bool:
    """Our own, the frontend's, or one that ``backend.cors`` names. Where that lets in everybody, it means reading."""
    if len(origin) > MAX_ORIGIN:
        return False
    own = (config.string("backend.baseUrl", "http://localhost:7007"), config.string("app.baseUrl"))
    if origin.lower() in {_origin_of(url) for url in own if url}:
        return True
    cors = CorsSettings.from_app_config(config)
    return any(pattern.match(origin) for pattern in (cors.origins if cors else None) or ())


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
