"""What fills the catalog by itself: how it is doing, run it now, and let a removal through."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.request_check import check_request
from catalog.bell import ring_for_providers
from catalog.providers.accept import accept_removal
from catalog.providers.lease import request_run
from catalog.providers.registry import get_provider
from catalog.providers.status import list_providers, status_json
from common.api.answers import answer_with_etag


class ProvidersView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        check_request(request, "GetProviders")
        access.require(request, access.READ_INGESTION)
        return answer_with_etag(request, {"items": [status_json(status) for status in list_providers()]})


class AcceptRemovalView(CatalogView):
    def post(self, request: Request, name: str) -> HttpResponse:
        """Let the removal through that the shrink guard holds back now."""
        check_request(request, "AcceptProviderRemoval")
        access.require(request, access.MANAGE_INGESTION)
        removals = accept_removal(get_provider(name).name)
        ring_for_providers()
        return answer_with_etag(request, {"removals": removals}, status=202)


class RunProviderView(CatalogView):
    def post(self, request: Request, name: str) -> HttpResponse:
        """Have it run soon."""
        check_request(request, "RunProvider")
        access.require(request, access.MANAGE_INGESTION)
        request_run(get_provider(name).name)
        ring_for_providers()
        return answer_with_etag(request, {}, status=202)
