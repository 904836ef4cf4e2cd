"""``/errors``: what does not appear in the catalog, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.ingestion.unprocessed import list_failed, list_pending
from portal.page import render_page, short_ref

MAX_SHOWN = 200


@require_safe
def show_errors(request: HttpRequest) -> HttpResponse:
    """Two queries, each of at most 200 rows."""
    failed = [
        {"ref": short_ref(item.entity_ref), "location": item.location_key, "errors": item.errors}
        for item in list_failed(MAX_SHOWN)
    ]
    pending = [short_ref(item.entity_ref) for item in list_pending(MAX_SHOWN)]
    return render_page(
        request, "errors.html", {"failed": failed, "pending": pending, "limit": MAX_SHOWN, "section": "errors"}
    )
