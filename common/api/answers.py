"""Answers with an etag, and answers with nothing, as Backstage's server gives them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse

from common.json_response import json_text_response, to_json


def answer_with_etag(request: HttpRequest, value: Any, status: int = 200) -> HttpResponse:
    """
    JSON with a weak etag of its text; 304 if a GET says that it has that already.

    As Backstage's server does for all but its lists of entities.
    """
    text = to_json(value)
    return answer_text_with_etag(request, text, etag_of(text), status)


def answer_text_with_etag(request: HttpRequest, text: bytes, etag: str, status: int = 200) -> HttpResponse:
    """The same for what is JSON already."""
    if status == 200 and request.method in ("GET", "HEAD") and _has(request, etag):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = json_text_response(text, status=status)
    response["ETag"] = etag
    return response


def etag_of(text: bytes) -> str:
    return f'W/"{len(text):x}-{_digest(text)}"'


def _digest(text: bytes) -> str:
    return base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode().rstrip("=")


def _has(request: HttpRequest, etag: str) -> bool:
    if "no-cache" in request.headers.get("Cache-Control", ""):
        return False
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return "*" in known or etag.removeprefix("W/") in known


def answer_empty(status: int) -> HttpResponse:
    """Neither body nor content type."""
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response
