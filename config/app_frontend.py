"""
A built Backstage frontend at the root, so that one process is a whole portal: ``callboard.app.staticDir``.

It has every address but those of the API and of our own pages, which are then below ``/callboard/``. What it is made of
is public, as it is what signs people in.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from common.app_config import AppConfig
from common.security_headers import CSP, content_security_policy
from config.frontend_config import USUAL_SCHEMA, inject_config, visible_config

KEY = "callboard.app.staticDir"
INDEX = "index.html"
SCHEMA = ".config-schema.json"
# Whatever else begins so is ours.
OURS = ("/api/", "/admin/", "/static/admin/", "/static/rest_framework/", "/callboard/", "/.backstage/", "/.well-known/")
OUR_PAGES = frozenset({"/api", "/admin", "/callboard", "/metrics"})
STATIC = "/static/"
HASHED = re.compile(r"\.[0-9a-f]{8,}\.")
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=3600"
NEVER = "no-store, max-age=0"
TYPES = {
    "css": "text/css; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/vnd.microsoft.icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "map": "application/json; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "otf": "font/otf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "text/xml; charset=utf-8",
}


def frontend_folder(config: AppConfig) -> Path | None:
    """None if no frontend is to be served. Raises ConfigError if there is none where the configuration says."""
    named = config.string(KEY)
    if named is None:
        return None
    folder = Path(config.base_dir(KEY), named).resolve()
    try:
        _read_page(folder, config)
    except (OSError, ValueError) as error:
        raise config.error(KEY, f"the folder of a built frontend, such as packages/app/dist ({error})") from error
    return folder


class AppFrontendMiddleware:
    """Answers for the frontend. Place it before whatever asks for credentials."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        folder = frontend_folder(settings.APP_CONFIG)
        if folder is None:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.frontend = Frontend(folder, settings.APP_CONFIG)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_ours(request.path_info):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        return self.frontend.answer(request.path_info)


def is_ours(path: str) -> bool:
    return path in OUR_PAGES or path.startswith(OURS)


class Frontend:
    def __init__(self, folder: Path, config: AppConfig) -> None:
        self.folder = folder
        self.config = config
        self.headers = {
            "Content-Security-Policy": content_security_policy(config, frontend_csp(config)),
            "X-Frame-Options": "DENY",
        }

    def answer(self, path: str) -> HttpResponse:
        """A file, or the page for every address that is none: the page has routes of its own."""
        found = None if path in ("/", f"/{INDEX}") else find_file(self.folder, path)
        if found is not None:
            return self._answer_file(found, path)
        if path.startswith(STATIC):
            return HttpResponse("404 Not Found\n", content_type="text/plain; charset=utf-8", status=404)
        page = read_page(self.folder, (self.folder / INDEX).stat().st_mtime_ns, self.config)
        return HttpResponse(page, content_type=TYPES["html"], headers={**self.headers, "Cache-Control": NEVER})

    def _answer_file(self, path: Path, address: str) -> HttpResponse:
        content_type = TYPES.get(path.suffix[1:].lower(), "application/octet-stream")
        is_hashed = address.startswith(STATIC) and HASHED.search(path.name)
        cached = NEVER if content_type == TYPES["html"] else FOR_EVER if is_hashed else FOR_A_WHILE
        return HttpResponse(
            path.read_bytes(), content_type=content_type, headers={**self.headers, "Cache-Control": cached}
        )


def find_file(folder: Path, path: str) -> Path | None:
    """The regular file of that address; None for hidden ones, and for what really lies elsewhere."""
    parts = path.strip("/").split("/")
    if "\\" in path or "\0" in path or len(path) > 1000 or any(not part or part.startswith(".") for part in parts):
        return None
    try:
        found = folder.joinpath(*parts).resolve()
        is_file = stat.S_ISREG(found.stat().st_mode)
    except (OSError, ValueError):
        return None
    return found if is_file and found.is_relative_to(folder) else None


@lru_cache(maxsize=2)
def read_page(folder: Path, changed_at: int, config: AppConfig) -> bytes:
    """The page with our configuration in it; read again when the file has changed (``changed_at``)."""
    return _read_page(folder, config)


def _read_page(folder: Path, config: AppConfig) -> bytes:
    """Raises OSError and ValueError."""
    html = (folder / INDEX).read_text(encoding="utf-8")
    return inject_config(html, frontend_config(config, _read_schemas(folder))).encode()


def _read_schemas(folder: Path) -> list[Any]:
    path = folder / SCHEMA
    if not path.is_file():
        return [USUAL_SCHEMA]
    try:
        return [schema["value"] for schema in orjson.loads(path.read_bytes())["schemas"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{SCHEMA} has another form than Backstage's") from error


def frontend_config(config: AppConfig, schemas: list[Any]) -> dict[str, Any]:
    """What the browser may see, and where it finds us: at this very address, unless the configuration says otherwise."""
    shown = visible_config(config.data, schemas)
    base_url = backend_url(config)
    shown.setdefault("app", {}).setdefault("baseUrl", base_url)
    shown.setdefault("backend", {})["baseUrl"] = base_url
    return shown


def backend_url(config: AppConfig) -> str:
    return config.string("backend.baseUrl", "http://localhost:7007").rstrip("/")


def frontend_csp(config: AppConfig) -> dict[str, list[str]]:
    """Backstage's usual policy: its forms compile their checks. Sockets are named for browsers that ask for it."""
    parts = urlsplit(backend_url(config))
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    backend = f"{parts.scheme}://{parts.netloc}"
    return {**CSP, "script-src": ["'self'", "'unsafe-eval'"], "connect-src": ["'self'", backend, socket]}
