"""``/providers``: what fills the catalog by itself, and how it is doing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.api.access import READ_INGESTION, is_allowed, require
from catalog.providers.status import ProviderStatus, list_providers
from comms.events.queue import list_troubled
from portal.page import render_page

TROUBLE = ("failed", "held")


@require_safe
def show_providers(request: HttpRequest) -> HttpResponse:
    """Two queries; one if no provider is configured."""
    require(request, READ_INGESTION)
    found = [describe_provider(status) for status in list_providers()]
    context = {"section": "providers", "providers": found, "events": list_troubled()}
    return render_page(request, "providers.html", context)


def providers_in_trouble(request: HttpRequest) -> list[dict[str, Any]]:
    """For the page of what does not appear: those whose last run changed less than it should. One query."""
    if not is_allowed(request, READ_INGESTION):
        return []
    return [describe_provider(status) for status in list_providers() if status.status in TROUBLE]


def describe_provider(status: ProviderStatus) -> dict[str, Any]:
    is_due = status.next_run_at is not None and status.next_run_at <= timezone.now()
    return {
        "name": status.name,
        "state": _state(status),
        "is_trouble": status.status in TROUBLE,
        "message": status.message,
        "warnings": status.warnings,
        "entities": status.entities,
        "ended_at": status.ended_at,
        "succeeded_at": status.succeeded_at,
        "next_run_at": status.next_run_at,
        "is_due": is_due,
        "is_accepted": status.is_accepted,
        "seconds": round(status.duration, 1),
        "examples": status.held.examples if status.held else [],
    }


def _state(status: ProviderStatus) -> str:
    if status.is_running:
        return f"running, {status.done} of {status.total} read" if status.total else "running"
    words = {"ok": "well", "failed": "failed", "held": "holds a removal back", "waiting": "never ran"}
    return words.get(status.status, status.status)
