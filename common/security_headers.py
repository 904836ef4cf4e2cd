"""The headers that tell browsers to be careful with our answers; those of Backstage, and ``backend.csp``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, ResponseHeaders

from common.app_config import AppConfig

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}
# Backstage also allows 'unsafe-eval', for the frontend that it serves. Our pages need no such thing.
CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'self'"],
    "font-src": ["'self'", "https:", "data:"],
    "frame-ancestors": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "script-src": ["'self'"],
    "script-src-attr": ["'none'"],
    "style-src": ["'self'", "https:", "'unsafe-inline'"],
}


class SecurityHeadersMiddleware:
    """Outermost. A header that a view has set stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        headers = {"Content-Security-Policy": content_security_policy(settings.APP_CONFIG), **HEADERS}
        self.stored = ResponseHeaders(headers)._store

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # As headers.setdefault would do, which converts and checks each of them anew: 1 µs instead of 25.
        response.headers._store = self.stored | response.headers._store
        return response


def content_security_policy(config: AppConfig, usual: Mapping[str, list[str]] = CSP) -> str:
    """The usual policy with ``backend.csp`` laid over it: a list replaces a directive, ``false`` removes it."""
    directives = dict(usual)
    if (config.string("backend.baseUrl") or "").startswith("https:"):
        directives["upgrade-insecure-requests"] = []
    section = config.section("backend.csp")
    for key in section.keys():  # noqa: SIM118  a section is no dict
        name = re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).lower()
        directives.pop(name, None)
        if section.get(key) is not False:
            directives[name] = _sources(section, key)
    return ";".join(" ".join((name, *sources)) for name, sources in directives.items())


def _sources(section: AppConfig, key: str) -> list[str]:
    sources = section.string_list(key, [])
    if any(re.search(r"[;,\s]", text) for text in (key, *sources)):
        raise section.error(key, "a list of sources without spaces, commas and semicolons")
    return sources
