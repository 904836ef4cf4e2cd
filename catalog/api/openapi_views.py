"""The doors to the API's description."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.openapi import DESCRIPTION
from common.api.openapi_answers import answer_description, answer_description_page


class OpenApiView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        access.require(request, access.READ_ENTITIES)
        return answer_description(request, DESCRIPTION)


class OpenApiPageView(CatalogView):
    def get(self, request: Request) -> HttpResponse:
        access.require(request, access.READ_ENTITIES)
        return answer_description_page(request, DESCRIPTION)
