"""``POST /validate-entity``: would this entity be accepted from that location?"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from catalog.api import access
from catalog.api.doors import CatalogView
from catalog.api.request_check import check_request
from catalog.entity_ref import LocationRef
from catalog.ingestion.validate import find_faults
from catalog.kinds.validate import describe_faults, validate_envelope
from common.api.answers import answer_empty, answer_with_etag
from common.errors import CallboardError


class ValidateEntityView(CatalogView):
    def post(self, request: Request) -> HttpResponse:
        body = check_request(request, "ValidateEntity").body
        access.require(request, access.VALIDATE_ENTITIES)
        faults = _find_request_faults(body) or find_faults(body["entity"], body["location"])
        return answer_with_etag(request, {"errors": faults}, status=400) if faults else answer_empty(200)


def _find_request_faults(body: dict[str, Any]) -> list[dict[str, str]]:
    try:
        validate_envelope(body["entity"])
        location = LocationRef.parse(body["location"])
    except CallboardError as error:
        return [{"name": "TypeError", "message": error.message}]
    # What is no mapping cannot take the annotations that processing begins with.
    if not isinstance(body["entity"]["metadata"].get("annotations") or {}, dict):
        return [{"name": "InputError", "message": describe_faults(body["entity"])}]
    if location.type != "url":
        text = f"Invalid location ref {body['location']}, only 'url:<target>' is supported, e.g. url:https://host/path"
        return [{"name": "TypeError", "message": text}]
    return []
