"""``/locations``: where this catalog reads, as far as people registered it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.api.access import READ_LOCATIONS, require, visible_entities
from catalog.locations import list_locations
from catalog.queries.refs import get_by_refs
from portal.page import base_url, entity_url, render_page, safe_url

PAGE_SIZE = 100
MAX_PAGE = 10_000


@require_safe
def show_locations(request: HttpRequest) -> HttpResponse:
    """Two queries: all locations, and which of those shown appear in the catalog."""
    require(request, READ_LOCATIONS)
    visible = visible_entities(request)
    found = sorted(list_locations(), key=lambda location: (location["target"], location["type"]))
    start = (read_page_number(request.GET.get("page", "")) - 1) * PAGE_SIZE
    shown = found[start : start + PAGE_SIZE]
    bodies = get_by_refs([location["entityRef"] for location in shown], visible=visible)
    context = {
        "section": "locations",
        "locations": [_describe(location, body) for location, body in zip(shown, bodies, strict=True)],
        "total": len(found),
        "previous": start // PAGE_SIZE,
        "next": start // PAGE_SIZE + 2 if start + PAGE_SIZE < len(found) else 0,
        "base_url": base_url(),
    }
    return render_page(request, "locations.html", context)


def read_page_number(text: str) -> int:
    """What is no page is the first."""
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), 1), MAX_PAGE) if is_number else 1


def _describe(location: dict[str, str], body: bytes | None) -> dict[str, Any]:
    return {
        "type": location["type"],
        "target": location["target"],
        "target_url": safe_url(location["target"]),
        "url": entity_url(location["entityRef"]),
        "appears": body is not None,
    }
