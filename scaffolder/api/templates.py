"""The door to the form of a template."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from catalog.entity_ref import EntityRef
from common.api.answers import answer_with_etag
from scaffolder.api import access
from scaffolder.api.request_check import check_request
from scaffolder.templates.parameter_schema import parameter_schema


def read_parameter_schema(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    check_request(request, "GetTemplateParameterSchema")
    access.ensure_token(request, access.READ_PARAMETERS)
    template = access.find_shown_template(request, EntityRef(kind, namespace, name))
    return answer_with_etag(request, parameter_schema(template))
