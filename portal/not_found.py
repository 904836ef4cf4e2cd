"""What is answered to paths that lead nowhere: a page for a person at a browser, else what the API answers."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common.exception_handler import API_PREFIX
from common.exception_handler import handler404 as answer_program
from portal.page import show_missing


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    is_page = not request.path.startswith(API_PREFIX) and request.method in ("GET", "HEAD")
    if is_page and "text/html" in request.headers.get("Accept", ""):
        return show_missing(request, exception)
    return answer_program(request, exception)
