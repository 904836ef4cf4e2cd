"""The admin's style sheets and scripts, as they lie in the installed packages."""

from __future__ import annotations

from django.contrib.staticfiles.views import serve
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def serve_static(request: HttpRequest, name: str) -> HttpResponseBase:
    """404 for what no app has. Django's finders keep paths inside of the apps' folders."""
    response = serve(request, name, insecure=True)
    response["Cache-Control"] = "public, max-age=3600"
    return response
