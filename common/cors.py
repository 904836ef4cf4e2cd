"""``backend.cors``: which other origins may read our answers. Behaves as Express' ``cors`` does in Backstage."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from common.app_config import AppConfig
from common.glob_pattern import compile_glob

DEFAULT_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]
# A host name has at most 253 characters; patterns are not tried on anything longer than a URL of one.
MAX_ORIGIN = 300


@dataclass(frozen=True, slots=True)
class CorsSettings:
    """``origins`` is None where the section names none: then every origin is allowed."""

    origins: tuple[re.Pattern[str], ...] | None
    methods: str
    allowed_headers: str
    exposed_headers: str
    has_credentials: bool
    max_age: int | None
    passes_preflights_on: bool
    preflight_status: int

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self | None:
        """None if there is no ``backend.cors``. Raises ConfigError."""
        if not config.has("backend.cors"):
            return None
        section = config.section("backend.cors")
        origins = _one_or_more(section, "origin")
        return cls(
            origins=None if origins is None else tuple(_origin_pattern(origin) for origin in origins),
            methods=",".join(_one_or_more(section, "methods") or DEFAULT_METHODS),
            allowed_headers=",".join(_one_or_more(section, "allowedHeaders") or ()),
            exposed_headers=",".join(_one_or_more(section, "exposedHeaders") or ()),
            has_credentials=section.boolean("credentials", False),
            max_age=section.integer("maxAge"),
            passes_preflights_on=section.boolean("preflightContinue", False),
            preflight_status=section.integer("optionsSuccessStatus", 204),
        )


def _one_or_more(config: AppConfig, key: str) -> list[str] | None:
    value = config.get(key)
    return [value] if isinstance(value, str) and value else config.string_list(key) if value else None


def _origin_pattern(origin: str) -> re.Pattern[str]:
    # In Backstage's matcher of origins no star crosses a slash, and case does not count.
    return compile_glob(re.sub(r"\*{2,}", "*", origin), ignore_case=True)


class CorsMiddleware:
    """Place it outside of everything that may answer, so that errors are readable across origins too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.cors = CorsSettings.from_app_config(settings.APP_CONFIG)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = request.META.get("HTTP_ORIGIN", "")  # request.headers would first be built, which takes 15 µs
        if self.cors is None or not _is_allowed(self.cors, origin):
            return self.get_response(request)
        is_preflight = request.method == "OPTIONS"
        if is_preflight and not self.cors.passes_preflights_on:
            response: HttpResponseBase = HttpResponse(
                status=self.cors.preflight_status, headers={"Content-Length": "0"}
            )
            del response["Content-Type"]
        else:
            response = self.get_response(request)
        _add_headers(response, self.cors, origin)
        if is_preflight:
            _add_preflight_headers(response, self.cors, request.headers.get("Access-Control-Request-Headers", ""))
        return response


def _is_allowed(cors: CorsSettings, origin: str) -> bool:
    if cors.origins is None:
        return True
    return 0 < len(origin) <= MAX_ORIGIN and any(pattern.match(origin) for pattern in cors.origins)


def _add_headers(response: HttpResponseBase, cors: CorsSettings, origin: str) -> None:
    if cors.origins is None:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        if origin:
            response["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
    if cors.has_credentials:
        response["Access-Control-Allow-Credentials"] = "true"
    if cors.exposed_headers:
        response["Access-Control-Expose-Headers"] = cors.exposed_headers


def _add_preflight_headers(response: HttpResponseBase, cors: CorsSettings, requested_headers: str) -> None:
    response["Access-Control-Allow-Methods"] = cors.methods
    allowed_headers = cors.allowed_headers or requested_headers
    if not cors.allowed_headers:
        patch_vary_headers(response, ["Access-Control-Request-Headers"])
    if allowed_headers:
        response["Access-Control-Allow-Headers"] = allowed_headers
    if cors.max_age is not None:
        response["Access-Control-Max-Age"] = str(cors.max_age)
