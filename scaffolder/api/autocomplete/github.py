"""Suggestions from GitHub."""

from __future__ import annotations

from common.errors import InputError
from integrations.scm.github import HOST, GithubIntegration
from scaffolder.api.autocomplete.host_api import HostApi, segment
from scaffolder.api.autocomplete.provider import Question, Suggestions, ids_of


def suggest(question: Question) -> Suggestions:
    """Raises InputError for another resource, host or context."""
    host = question.context.get("host") or HOST
    integration = question.integrations.by_host(host)
    if not isinstance(integration, GithubIntegration):
        raise InputError(f"No integration for host {host}")
    api = HostApi(integration.api_base_url or f"https://{host}/api/v3", question.token, transport=question.transport)
    match question.resource:
        case "repositoriesWithOwner":
            return ids_of(api.numbered_pages("/user/repos"), "full_name")
        case "branches":
            message = "Missing owner and/or repository context parameter"
            owner, repository = question.need("owner", "repository", message=message)
            path = f"/repos/{segment(owner, 'owner')}/{segment(repository, 'repository')}/branches"
            return ids_of(api.numbered_pages(path), "name")
        case "owners":
            return ids_of(api.numbered_pages("/user/orgs"), "login")
    raise question.refuse()
