"""The few files beside the pages, under addresses that change with their contents."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse

from portal.root import at

FOLDER = Path(__file__).parent / "assets"
TYPES = {
    "portal.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "form.js": "text/javascript; charset=utf-8",
    "task.js": "text/javascript; charset=utf-8",
}


@cache
def read_asset(name: str) -> tuple[str, bytes]:
    """The fingerprint and contents of an asset of ours. Raises KeyError on any other name."""
    TYPES[name]
    data = (FOLDER / name).read_bytes()
    return hashlib.sha256(data).hexdigest()[:12], data


def asset_url(name: str) -> str:
    return at(f"/assets/{read_asset(name)[0]}/{name}")


def serve_asset(request: HttpRequest, fingerprint: str, name: str) -> HttpResponse:
    if name not in TYPES:
        raise Http404(f"No asset '{name}'")
    current, data = read_asset(name)
    response = HttpResponse(data, content_type=TYPES[name])
    if fingerprint == current:
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
