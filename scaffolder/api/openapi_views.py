"""The doors to the API's description."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from common.api.openapi_answers import answer_description, answer_description_page
from scaffolder.api import access
from scaffolder.api.request_check import DESCRIPTION


def read_description(request: HttpRequest) -> HttpResponse:
    access.ensure_token(request, access.READ_STEPS)
    return answer_description(request, DESCRIPTION)


def read_page(request: HttpRequest) -> HttpResponse:
    access.ensure_token(request, access.READ_STEPS)
    return answer_description_page(request, DESCRIPTION)
