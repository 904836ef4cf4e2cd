"""The door to suggestions."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.errors import InputError
from scaffolder.actions.tools import default_tools
from scaffolder.api import access
from scaffolder.api.autocomplete import bitbucket_cloud, github, gitlab
from scaffolder.api.autocomplete.host_api import asking
from scaffolder.api.autocomplete.provider import Provider, Question
from scaffolder.api.request_check import check_request

PROVIDERS: Mapping[str, Provider] = {
    "bitbucket-cloud": bitbucket_cloud.suggest,
    "github": github.suggest,
    "gitlab": gitlab.suggest,
}


def suggest(request: HttpRequest, provider: str, resource: str) -> HttpResponse:
    body = check_request(request, "Autocomplete").body
    access.ensure_token(request, access.READ_PARAMETERS)
    if not body["token"]:
        raise InputError("Missing token query parameter")
    if provider not in PROVIDERS:
        raise InputError(f"Unsupported provider: {provider}")
    with asking():
        question = Question(resource, body["token"], body["context"], default_tools().integrations)
        results = list(PROVIDERS[provider](question))
    return answer_with_etag(request, {"results": results})
