"""The doors to the API's description."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse

from common.api.openapi import ApiDescription
from common.api.openapi_answers import answer_description, answer_description_page
from search.api.access import require

DESCRIPTION = ApiDescription(Path(__file__).with_name("openapi.json"))


def read_description(request: HttpRequest) -> HttpResponse:
    require(request)
    return answer_description(request, DESCRIPTION)


def read_page(request: HttpRequest) -> HttpResponse:
    require(request)
    return answer_description_page(request, DESCRIPTION)
