"""``/errors``: what does not appear in the catalog, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.api.access import READ_UNPROCESSED, require
from catalog.ingestion.unprocessed import UnprocessedEntity, list_failed, list_pending
from portal.failures import read_errors
from portal.origin import Link
from portal.page import render_page, safe_url
from portal.providers_page import providers_in_trouble
from portal.words import short_ref, text_of

MAX_SHOWN = 100


@require_safe
def show_errors(request: HttpRequest) -> HttpResponse:
    """Two queries, each of at most 100 rows; one more where providers are configured."""
    require(request, READ_UNPROCESSED)
    failed = [_describe(item) for item in list_failed(MAX_SHOWN)]
    pending = [_describe(item) for item in list_pending(MAX_SHOWN)]
    providers = providers_in_trouble(request)
    context = {
        "failed": failed,
        "pending": pending,
        "providers": providers,
        "limit": MAX_SHOWN,
        "section": "errors",
    }
    return render_page(request, "errors.html", context)


def _describe(item: UnprocessedEntity) -> dict[str, object]:
    return {
        "ref": short_ref(item.entity_ref),
        "place": _place(item),
        "errors": read_errors(item.errors),
        "next_update_at": item.next_update_at,
    }


def _place(item: UnprocessedEntity) -> Link:
    """The file that describes it; its location key is one, too."""
    annotations = (item.unprocessed_entity.get("metadata") or {}).get("annotations") or {}
    text = text_of(annotations.get("backstage.io/managed-by-location")) or item.location_key or ""
    return Link("", text, safe_url(text.removeprefix("url:")))
