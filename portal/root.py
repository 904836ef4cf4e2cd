"""Where our pages are mounted: at the root, or below ``/callboard`` where the root belongs to a Backstage frontend."""

from __future__ import annotations

from django.conf import settings

BESIDE_FRONTEND = "/callboard"


def page_root() -> str:
    """What every path of a page begins with."""
    return BESIDE_FRONTEND if settings.APP_CONFIG.has("callboard.app.staticDir") else ""


def at(path: str) -> str:
    """The address of a page, by its path in ``portal/urls.py`` with a slash before it."""
    return page_root() + path
