"""What all pages have in common: the frame they are rendered in and the headers they are sent with."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.entity_ref import EntityRef
from common.errors import InputError
from portal.assets_view import asset_url
from portal.root import at, page_root

# Nothing runs on these pages, and nothing is loaded from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# On those with a script of ours, it alone may run, and it may ask nobody but us. They do without it, too.
SCRIPTED_POLICY = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"
SAFE_SCHEMES = ("http", "https", "mailto")


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200, script: str = ""
) -> HttpResponse:
    """``script`` is the name of an asset."""
    frame = {"root": page_root(), "stylesheet": asset_url("portal.css"), "mark": asset_url("mark.svg")}
    if script:
        frame["script"] = asset_url(script)
    response = render(request, f"portal/{template}", {**frame, **context}, status=status)
    response["Content-Security-Policy"] = SCRIPTED_POLICY if script else CONTENT_SECURITY_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["Referrer-Policy"] = "same-origin"
    # Always asked for again, as the catalog may have changed; but "back" is quick.
    response["Cache-Control"] = "private, no-cache"
    return response


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for a path that leads nowhere. Fit for ``handler404``."""
    return render_page(request, "missing.html", {"path": request.path[:200]}, status=404)


def base_url() -> str:
    """What to put before paths in examples for people: not what the caller says that we are called."""
    return str(settings.APP_CONFIG.string("backend.baseUrl", "http://localhost:7007")).rstrip("/")


def entity_url(ref: str) -> str:
    """The page of an entity, or nothing if the text is no ref."""
    parsed = _parse_ref(ref)
    return at(f"/entities/{_path(parsed.kind, parsed.namespace, parsed.name)}") if parsed else ""


def entity_api_url(ref: EntityRef) -> str:
    """Where a program finds the same."""
    return f"/api/catalog/entities/by-name/{_path(ref.kind, ref.namespace, ref.name)}"


def form_url(ref: str) -> str:
    """The form of a template, or nothing if the text is no ref of one."""
    parsed = _parse_ref(ref)
    if parsed is None or parsed.kind.lower() != "template":
        return ""
    return at(f"/create/{_path(parsed.namespace, parsed.name)}")


def _parse_ref(text: str) -> EntityRef | None:
    try:
        return EntityRef.parse(text)
    except InputError:
        return None


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


def safe_url(value: Any) -> str:
    """A URL that may stand in a link; nothing for scripts and whatever else is no address of a page."""
    if not isinstance(value, str):
        return ""
    try:
        return value if urlsplit(value.strip()).scheme.lower() in SAFE_SCHEMES else ""
    except ValueError:
        return ""
